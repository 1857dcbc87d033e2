import { type CountPair, FULL_CELL, totalOf } from './counts.ts';

/** Cells that come after those of known categories. */
interface LastCells {
  /** Cells of all categories that the reference lacks: none or one. */
  readonly lacking: number;
  /** Cells after that, which are never joined. */
  readonly apart: number;
}

/** Of a categorical feature: categories never seen, then missing and not finite values. */
const FEATURE_CELLS: LastCells = { lacking: 1, apart: 2 };
/** Of a classification: what is no class. */
export const CLASS_CELLS: LastCells = { lacking: 0, apart: 1 };

/**
 * Joins the cells that are rare in the reference and the window together (fewer than five rows
 * expected on either side) into one, which comes first. Both sides together decide, as no side's
 * chance may: a cell that is full only in the reference owes a part of that to chance, and has
 * fewer rows in every window after it (Good 1953). With long tails the sum of such parts is
 * "drift".
 *
 * The cell of what the reference lacks holds many categories, each of them rare: it is joined
 * however full it is.
 */
export function joinRare(pair: CountPair, { lacking, apart } = FEATURE_CELLS): CountPair {
  const { reference, window, effective } = pair;
  const m = totalOf(reference);
  const n = totalOf(window);
  const perRow = n > 0 ? effective / n : 0;
  const least = (FULL_CELL * (m + effective)) / Math.min(m, effective);
  const last = reference.length - apart;
  const first = last - lacking;
  const rare: [number, number] = [0, 0];
  const kept: [number, number][] = [];
  for (let i = 0; i < reference.length; i++) {
    const counts: [number, number] = [reference[i] ?? 0, window[i] ?? 0];
    const isFull = i < first && counts[0] + counts[1] * perRow >= least;
    if (i >= last || isFull) kept.push(counts);
    else {
      rare[0] += counts[0];
      rare[1] += counts[1];
    }
  }
  const all = [rare, ...kept];
  return { reference: all.map(([count]) => count), window: all.map(([, count]) => count), effective };
}
