import { createRandom } from '@driftloop/stats';
import type { DigitsVectors } from './vectors.ts';

/** Parts that the training rows are cut into; each takes its turn as the judge. */
export const FOLDS = 4;

/** Seeds of the runs on each fold; the benchmark reports seeds from 0 on. */
export const CHOOSING_SEEDS: readonly number[] = [101, 102, 103];

/**
 * Where driftloop's own settings are chosen: the same tasks, but a quarter of the *training* rows
 * takes the place of the test rows, pixels are permuted by other orders, and seeds are
 * {@link CHOOSING_SEEDS}. No row that is reported on is looked at.
 */
export function choosingVectors(vectors: DigitsVectors, fold: number): DigitsVectors {
  const random = createRandom(`choose settings ${fold}`);
  const { train_idx, permuted } = vectors;
  const isJudged = (position: number) => position % FOLDS === fold;
  const permutations = permuted.permutations.map((order, task) => {
    const other = Uint32Array.from(order);
    if (task > 0) random.shuffle(other);
    return [...other];
  });
  return {
    ...vectors,
    train_idx: train_idx.filter((_, position) => !isJudged(position)),
    test_idx: train_idx.filter((_, position) => isJudged(position)),
    permuted: { ...permuted, permutations },
  };
}
