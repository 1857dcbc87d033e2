import type { Bus, Follower } from '@driftloop/bus';

/** Answers as a client sees them. */
export interface Answers {
  /** Resolves with the first answer of a version after the call. */
  nextOf(version: number): Promise<void>;
  /** Resolves once so many different requests have been answered. */
  reach(count: number): Promise<void>;
  /** Waits of requests that were sent in [from, to), ms; those without an answer are not in it. */
  waits(sent: readonly { readonly id: string; readonly at: number }[]): number[];
  /** Requests that have more than one answer. */
  repeated(): number;
  /** Those among these that have none. */
  missing(sent: readonly { readonly id: string }[]): number;
  close(): Promise<void>;
}

/**
 * Follows the answers of a bus.
 *
 * @param options.fromBeginning whether also those that are there already
 */
export async function followAnswers(
  bus: Bus,
  { fromBeginning = true }: { readonly fromBeginning?: boolean } = {},
): Promise<Answers> {
  const came = new Map<string, number>();
  let repeated = 0;
  let waiting: { isMet(version: number): boolean; resolve(): void }[] = [];
  const until = (isMet: (version: number) => boolean) =>
    new Promise<void>((resolve) => waiting.push({ isMet, resolve }));
  const follower: Follower = await bus.follow(
    'inference.predictions',
    (records) => {
      const now = performance.timeOrigin + performance.now();
      for (const { value } of records) {
        if (came.has(value.requestId)) repeated++;
        else came.set(value.requestId, now);
        if (waiting.length === 0) continue;
        const met = waiting.filter(({ isMet }) => isMet(value.version));
        waiting = waiting.filter((each) => !met.includes(each));
        for (const { resolve } of met) resolve();
      }
    },
    { fromBeginning, onCrash: (error) => console.error(error) },
  );
  return {
    nextOf: (version) => until((found) => found === version),
    reach: async (count) => {
      if (came.size < count) await until(() => came.size >= count);
    },
    waits: (sent) =>
      sent.flatMap(({ id, at }) => {
        const answered = came.get(id);
        return answered === undefined ? [] : [answered - at];
      }),
    repeated: () => repeated,
    missing: (sent) => sent.filter(({ id }) => !came.has(id)).length,
    close: () => follower.close(),
  };
}
