import { setTimeout as sleep } from 'node:timers/promises';
import type { Connections } from '@driftloop/connections';
import { SERVING_GROUP, type TopicName } from '@driftloop/schemas';

/**
 * Topics that show whether anything still happens; on drift.sketches come notes as long as services
 * run.
 */
const WATCHED: readonly TopicName[] = [
  'inference.predictions',
  'drift.signals',
  'drift.verdicts',
  'retrain.commands',
  'dead.letters',
];

/**
 * Who reads, and how far behind the end they may stay: a chunk that is not complete is not
 * committed, nor is what follows a checkpoint.
 */
export const READERS = [
  { group: SERVING_GROUP, topic: 'inference.requests', behind: 0 },
  { group: 'data-drift.map', topic: 'inference.requests', behind: 512 },
  { group: 'prediction-drift.map', topic: 'inference.predictions', behind: 512 },
  { group: 'concept-drift.map', topic: 'inference.labels', behind: 512 },
  { group: 'ensemble', topic: 'drift.sketches', behind: 500 },
] as const;

const POLL_MS = 500;

/**
 * Resolves once all input is read and nothing has been written for `quietMs`.
 *
 * @returns when something was last written, by `performance.now()`; undefined when rest does not
 *   come within `timeoutMs`, or before the signal is aborted
 */
export async function settled(
  bus: Connections['bus'],
  options: { readonly quietMs: number; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<number | undefined> {
  const startedAt = performance.now();
  let before = '';
  let quietSince = performance.now();
  while (!options.signal.aborted && performance.now() - startedAt < options.timeoutMs) {
    const ends = await Promise.all(WATCHED.map((topic) => bus.offsets(topic)));
    const now = JSON.stringify(ends);
    if (now !== before) quietSince = performance.now();
    before = now;
    if (performance.now() - quietSince >= options.quietMs && (await readShare(bus)) === 1) return quietSince;
    await sleep(POLL_MS);
  }
  return undefined;
}

/** How much of what is on their topics the readers have read, 0 to 1. */
export async function readShare(bus: Connections['bus']): Promise<number> {
  const shares = READERS.map(async ({ group, topic, behind }) => {
    const [ends, positions] = await Promise.all([bus.offsets(topic), bus.groupOffsets(group, topic)]);
    const committed = new Map(positions.map(({ partition, offset }) => [partition, offset]));
    let [all, read] = [0, 0];
    for (const { partition, low, high } of ends) {
      all += high - low;
      const offset = Math.max(low, committed.get(partition) ?? low);
      read += (high - offset <= behind ? high : offset) - low;
    }
    return all === 0 ? 1 : read / all;
  });
  const all = await Promise.all(shares);
  return all.reduce((sum, share) => sum + share, 0) / all.length;
}
