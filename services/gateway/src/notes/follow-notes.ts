import type { Bus, TypedProducer } from '@driftloop/bus';
import type { ModelNote } from '@driftloop/schemas';
import { createFoldedNotes, type FoldedNotes } from './fold-notes.ts';

/** Of each model so many notes are shown: the newest. */
const MOST_PER_MODEL = 5_000;

/** Notes, kept up to date from Kafka. */
export interface FollowedNotes extends Pick<FoldedNotes, 'of'> {
  /**
   * Writes one down; it is among them once this resolves.
   * @throws DriftloopError KAFKA_UNAVAILABLE
   */
  write(producer: Pick<TypedProducer, 'send'>, note: ModelNote): Promise<void>;
  health(): { readonly ok: boolean; readonly reason?: string };
  close(): Promise<void>;
}

/** Follows model.notes from its beginning; resolves once all of it is folded. */
export async function followNotes(
  bus: Pick<Bus, 'follow'>,
  onCrash: (error: unknown) => void,
): Promise<FollowedNotes> {
  const folded = createFoldedNotes(MOST_PER_MODEL);
  const { health, close } = await bus.follow(
    'model.notes',
    (records) => {
      for (const { value } of records) folded.fold(value);
    },
    { onCrash },
  );
  return {
    of: folded.of,
    async write(producer, note) {
      await producer.send('model.notes', [{ key: note.model, value: note }]);
      // Whoever wrote it sees it at once.
      folded.fold(note);
    },
    health,
    close,
  };
}
