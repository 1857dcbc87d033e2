import type { ModelFold, PartitionFold, ReducerState } from './state.ts';

/**
 * Topics of before that are remembered: their records may still come from a process that does not
 * know yet that it was replaced.
 */
const MOST_BEFORE = 8;

/**
 * Whether a record's offsets are those of the topic that the state reads; one without an id is of
 * any.
 *
 * @returns 'other' for a topic that was made anew under its name, 'before' for one that this one
 *   replaced
 */
export function topicOf<C>({ topicId, before }: ReducerState<C>, id: string): 'same' | 'other' | 'before' {
  if (id === '' || topicId === '' || id === topicId) return 'same';
  return before.includes(id) ? 'before' : 'other';
}

/**
 * Goes on with a topic that was made anew: offsets, log times and partitions are its own, from
 * their start. Rows that are in windows stay there, and windows that have closed stay closed.
 */
export function readAnew<C>(state: ReducerState<C>, topicId: string): void {
  state.before = [...state.before, state.topicId].slice(-MOST_BEFORE);
  state.topicId = topicId;
  state.partitions = 0;
  state.clocks.clear();
  state.heard.clear();
  state.left.clear();
  state.settledUpTo = Number.MIN_SAFE_INTEGER;
  for (const fold of state.models.values()) beginAgain(fold);
}

function beginAgain<C>(fold: ModelFold<C>): void {
  for (const partition of fold.partitions.values()) {
    partition.end = 0;
    partition.logTime = 0;
    partition.steps = joined(partition);
  }
  for (const window of fold.windows.values()) window.passedSince = null;
  for (const stretch of fold.stretches.values()) stretch.passedSince = null;
  fold.since = null;
}

/** One step that stands for all: rows of before lie before the first offset. */
function joined({ steps }: PartitionFold): PartitionFold['steps'] {
  const last = steps.at(-1);
  if (!last) return [];
  return [{ end: 0, frontier: last.frontier, late: steps.reduce((sum, { late }) => sum + late, 0) }];
}
