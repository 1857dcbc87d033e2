import { shapeOf } from '../layout/input-layout.ts';
import { type Fault, percent } from './fault.ts';
import type { FaultWindow } from './fault-window.ts';

/** Rows below which nothing is said. */
const LEAST_ROWS = 30;
/** Share of rows that are repeats from which on they are a fault. */
const LEAST_SHARE = 0.05;
/**
 * Rows that the reference lets expect to be the same by chance, as a share: then nothing is told.
 */
const MOST_ALIKE = 0.05;

/**
 * Rows that came twice: pairs in the same bin by hash beyond those of chance, the second moment of
 * the counts (Alon, Matias and Szegedy 1996). Where rows of the reference often are alike, nothing
 * is said.
 */
export function duplicateRows({ profile, content, n }: FaultWindow): Fault[] {
  const { faults } = shapeOf(profile.layout);
  const { sameRows } = profile;
  if (!faults || sameRows === undefined || n < LEAST_ROWS || sameRows * n > MOST_ALIKE) return [];
  const bins = faults.lags - faults.rows;
  let pairs = 0;
  for (let i = faults.rows; i < faults.lags; i++) {
    const count = content[i] ?? 0;
    pairs += (count * (count - 1)) / 2;
  }
  const all = (n * (n - 1)) / 2;
  const expected = all * (sameRows + 1 / bins);
  const share = (pairs - expected) / n;
  const noise = Math.sqrt(expected + 1) / n;
  if (share < Math.max(LEAST_SHARE, 5.5 * noise)) return [];
  const held = Math.min(1, share);
  const text = `about ${percent(held)} of the rows are repeats of others in the window`;
  return [{ columns: [], share: held, text }];
}
