import { blockTest } from '../gate/paired-test.ts';
import { HALF_LIVES } from '../retrain/arms.ts';
import { type AttemptOptions, attempt } from './attempt.ts';
import type { Design } from './designs.ts';

/** Chance of discounting the past where it does not help, all half-lives together. */
const SIGNIFICANCE = 0.01;
/** Rows that a fit and its judgement need each. */
const LEAST_ROWS = 200;

/**
 * Whether rows count less the older they are. A first version answers for long, so the evidence
 * must be long as well: fits of the first half are judged on the whole second half, stretch by
 * stretch, and only what is better there by more than the stretches differ counts. What is best for
 * the next hour alone, as on a stream that wanders, is not.
 *
 * @returns rows after which a row counts half; 0 for all equal
 */
export async function chooseHalfLife(options: AttemptOptions, design: Design): Promise<number> {
  const half = Math.floor(options.data.rows / 2);
  // One of as many rows as there are makes next to no difference.
  const candidates = HALF_LIVES.filter((rows) => rows < half);
  if (half < LEAST_ROWS || candidates.length === 0 || !canLearn(options, half)) return 0;
  const equal = await attempt(options, design, 0, half);
  let chosen = 0;
  let lead = 0;
  for (const halfLifeRows of candidates) {
    const { losses } = await attempt(options, design, halfLifeRows, half);
    const { mean, pAbove } = blockTest(equal.losses.map((loss, row) => loss - losses[row]!));
    if (pAbove >= SIGNIFICANCE / candidates.length || mean <= lead) continue;
    chosen = halfLifeRows;
    lead = mean;
  }
  return chosen;
}

/** Rows of one class teach nothing. */
function canLearn({ data: { labels } }: AttemptOptions, rows: number): boolean {
  return labels.subarray(0, rows).some((label) => label !== labels[0]);
}
