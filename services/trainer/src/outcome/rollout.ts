import type { RetrainOrder } from '../commands/order.ts';
import type { TrainingOutcome } from '../run/job.ts';

/** What becomes of a candidate that has passed: `fresh` is decided by when it came. */
export function rolloutFor(
  { rollout }: Pick<RetrainOrder, 'rollout'>,
  { isLate }: Pick<TrainingOutcome, 'isLate'>,
): 'publish' | 'shadow' {
  if (rollout !== 'fresh') return rollout;
  return isLate ? 'shadow' : 'publish';
}
