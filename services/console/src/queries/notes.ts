import { queryOptions } from '@tanstack/react-query';
import { gateway, told } from '../api/client.ts';
import type { paths } from '../api/generated/gateway.ts';

type NotesPath = paths['/models/{model}/notes'];
/** What a person wrote down. */
export type Note = NotesPath['get']['responses'][200]['content']['application/json']['notes'][number];

/** What a note is about: a part of a model, and which. */
export interface NoteSubject {
  readonly about: Note['about'];
  /** Empty for the model itself. */
  readonly subject: string;
}

/** All notes of a model, the newest first: pages show those that are about what they show. */
export const notesQuery = (model: string) =>
  queryOptions({
    queryKey: ['notes', model],
    queryFn: async () =>
      (
        await told(
          gateway.GET('/models/{model}/notes', { params: { path: { model }, query: { limit: 1_000 } } }),
        )
      ).notes,
    refetchInterval: 15_000,
  });

/** Writes a note down. @throws GatewayProblem where it is refused */
export function writeNote(model: string, { about, subject }: NoteSubject, text: string): Promise<Note> {
  return told(
    gateway.POST('/models/{model}/notes', {
      params: { path: { model } },
      body: { about, text, ...(subject === '' ? {} : { subject }) },
    }),
  );
}

/** Those of some notes that are about one thing. Pure. */
export function notesAbout(notes: readonly Note[], { about, subject }: NoteSubject): Note[] {
  return notes.filter((note) => note.about === about && note.subject === subject);
}
