import type { InferenceRequest } from '@driftloop/schemas';
import type { RequestColumns, ServedAnswer } from '@driftloop/spec';

/** Requests by their place, the oldest forgotten. */
export interface NewestRequests {
  add(record: {
    readonly partition: number;
    readonly offset: number;
    readonly value: InferenceRequest;
  }): void;
  /** The columns of the request that was answered; undefined where they are not known. */
  of(
    model: string,
    answer: Pick<ServedAnswer, 'requestId' | 'requestPartition' | 'requestOffset'>,
  ): RequestColumns | undefined;
}

/** Bytes that all of them may take, about: wide rows are fewer. */
const MOST_BYTES = 2 ** 26;
const ENTRY_BYTES = 200;

interface Kept {
  readonly requestId: string;
  readonly model: string;
  readonly columns: RequestColumns;
  readonly bytes: number;
}

/** @param most how many @param mostBytes that they may take together. @default 64 MiB */
export function createNewestRequests(most: number, mostBytes = MOST_BYTES): NewestRequests {
  const entries = new Map<string, Kept>();
  // One walk for ever: each new one would begin at the front, where a map keeps holes.
  const fromOldest = entries.entries();
  let bytes = 0;
  return {
    add({ partition, offset, value }) {
      const { requestId, model } = value;
      const columns = copyOf(value);
      const kept = { requestId, model, columns, bytes: ENTRY_BYTES + bytesOf(columns) };
      const key = `${partition}/${offset}`;
      // One that is read again keeps its age.
      bytes += kept.bytes - (entries.get(key)?.bytes ?? 0);
      entries.set(key, kept);
      while (entries.size > most || bytes > mostBytes) {
        const { value: oldest } = fromOldest.next();
        if (oldest === undefined) return;
        entries.delete(oldest[0]);
        bytes -= oldest[1].bytes;
      }
    },
    of(model, { requestId, requestPartition, requestOffset }) {
      const found = entries.get(`${requestPartition}/${requestOffset}`);
      // Of a topic that was made anew the places are those of other requests.
      return found?.requestId === requestId && found.model === model ? found.columns : undefined;
    },
  };
}

/**
 * A copy: the record's own arrays would keep all that was fetched with it. Texts are not watched.
 */
function copyOf({ features, numbers, texts, vectors }: InferenceRequest): RequestColumns {
  return {
    features: features.slice(),
    ...(numbers ? { numbers } : {}),
    ...(texts ? { texts } : {}),
    ...(vectors
      ? { vectors: Object.fromEntries(Object.entries(vectors).map(([k, v]) => [k, v.slice()])) }
      : {}),
  };
}

function bytesOf({ features, numbers = {}, texts = {}, vectors = {} }: RequestColumns): number {
  let bytes = features.byteLength;
  for (const name in numbers) bytes += 32 + name.length;
  for (const name in texts) bytes += 64 + 2 * name.length + 2 * (texts[name]?.length ?? 0);
  for (const name in vectors) bytes += 64 + name.length + (vectors[name]?.byteLength ?? 0);
  return bytes;
}
