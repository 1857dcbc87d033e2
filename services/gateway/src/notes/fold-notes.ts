import type { ModelNote, NoteSubject } from '@driftloop/schemas';

/** Which notes of a model. */
export interface NotesQuery {
  readonly about?: NoteSubject;
  /** Which version, window, verdict or run. */
  readonly subject?: string;
  readonly limit: number;
}

/** Notes by their model, in the order in which they were written. */
export interface FoldedNotes {
  /** Takes the next one; one that is there already changes nothing. */
  fold(note: ModelNote): void;
  /** Those of a model, the newest first. */
  of(model: string, query: NotesQuery): ModelNote[];
}

/** @param most notes of a model that are kept: the newest; Kafka has all */
export function createFoldedNotes(most: number): FoldedNotes {
  const byModel = new Map<string, Map<string, ModelNote>>();
  return {
    fold(note) {
      const notes = byModel.get(note.model) ?? new Map<string, ModelNote>();
      byModel.set(note.model, notes);
      if (notes.has(note.noteId)) return;
      notes.set(note.noteId, note);
      const [oldest] = notes.keys();
      if (notes.size > most && oldest !== undefined) notes.delete(oldest);
    },
    of: (model, { about, subject, limit }) =>
      [...(byModel.get(model)?.values() ?? [])]
        .filter(
          (note) =>
            (about === undefined || note.about === about) &&
            (subject === undefined || note.subject === subject),
        )
        .reverse()
        .slice(0, limit),
  };
}
