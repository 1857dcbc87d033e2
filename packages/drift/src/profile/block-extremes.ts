import { LOG_BITS, logMagnitude } from '../sketch/log-magnitude.ts';
import type { Block } from './dispersion.ts';

/**
 * The furthest that a block of the reference, as long as a window, lies from the reference as a
 * whole while nothing is broken. Rows of real streams resemble their neighbours: a fault has to go
 * beyond what such blocks do, not beyond what independent rows would.
 */
export interface BlockExtremes {
  /**
   * Distance of the distributions, 0 to 1: Kolmogorov's of numbers, total variation of categories.
   */
  readonly distance: number;
  /** Most that the share of missing values is larger by. */
  readonly missing: number;
  /** Largest share of a block that one bin has. */
  readonly largest: number;
  /** Largest share that categories have together in the reference which a block lacks. */
  readonly absent: number;
  /** Least share of the bins with rows that as many independent rows would have. */
  readonly occupied: number;
  /** Most that the mean of log2 of the magnitudes is off by, octaves. */
  readonly magnitude: number;
  /** Most that ln of their standard deviation is off by. */
  readonly spread: number;
  /** Most that the mean is off by, in standard deviations of the reference. */
  readonly mean: number;
}

/** Octaves that count as no spread: those of a single value are a rounding error. */
export const LEAST_SPREAD = 0.02;

/** A column of the reference and how it is counted. */
interface Column {
  readonly values: Float32Array;
  /** Bin of each row; from `valueBins` on it is missing or not finite. */
  readonly bins: Int32Array;
  readonly valueBins: number;
  readonly isOrdered: boolean;
}

/** Looks at every block. @returns undefined without blocks */
export function blockExtremes(column: Column, blocks: readonly Block[]): BlockExtremes | undefined {
  if (blocks.length === 0) return undefined;
  const whole = partOf(column, { from: 0, to: column.bins.length });
  const parts = blocks.map((block) => partOf(column, block));
  const { valueBins, isOrdered } = column;
  const most = (of: (part: Part) => number): number => short(Math.max(0, ...parts.map(of)));
  const share = ({ counts, values }: Part, bin: number): number => (counts[bin] ?? 0) / Math.max(1, values);
  const bins = Array.from({ length: valueBins }, (_, bin) => bin);
  return {
    distance: most(({ counts }) => (isOrdered ? distanceBetween : variationBetween)(counts, whole.counts)),
    missing: most(({ missing }) => missing - whole.missing),
    largest: most((part) => Math.max(...bins.map((bin) => share(part, bin)))),
    absent: most((part) =>
      bins.reduce((sum, bin) => sum + (part.counts[bin] === 0 ? share(whole, bin) : 0), 0),
    ),
    occupied: short(
      Math.min(1, ...parts.map(({ counts, values }) => occupancy(counts, whole.counts, values))),
    ),
    magnitude: most(({ magnitude }) => Math.abs(magnitude - whole.magnitude)),
    spread: most(({ spread }) => Math.abs(Math.log((spread + LEAST_SPREAD) / (whole.spread + LEAST_SPREAD)))),
    mean: most(({ mean }) => Math.abs(mean - whole.mean) / Math.max(Number.MIN_VALUE, whole.std)),
  };
}

/** In 1,024ths, which a profile holds in few letters. */
function short(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 1024) / 1024 : 0;
}

interface Part {
  readonly counts: readonly number[];
  readonly values: number;
  readonly missing: number;
  readonly magnitude: number;
  readonly spread: number;
  readonly mean: number;
  readonly std: number;
}

function partOf({ values, bins, valueBins }: Column, { from, to }: Block): Part {
  const counts = new Array<number>(valueBins).fill(0);
  let [known, logs, logSquares, nonZero, sum, squares] = [0, 0, 0, 0, 0, 0];
  for (let row = from; row < to; row++) {
    const bin = bins[row] ?? valueBins;
    if (bin >= valueBins) continue;
    const value = values[row] ?? 0;
    counts[bin] = (counts[bin] ?? 0) + 1;
    known++;
    sum += value;
    squares += value * value;
    if (value === 0) continue;
    nonZero++;
    const log = logMagnitude(value) / 2 ** LOG_BITS;
    logs += log;
    logSquares += log * log;
  }
  const mean = known > 0 ? sum / known : 0;
  const magnitude = nonZero > 0 ? logs / nonZero : 0;
  return {
    counts,
    values: known,
    missing: 1 - known / Math.max(1, to - from),
    magnitude,
    spread: nonZero > 0 ? Math.sqrt(Math.max(0, logSquares / nonZero - magnitude * magnitude)) : 0,
    mean,
    std: known > 0 ? Math.sqrt(Math.max(0, squares / known - mean * mean)) : 0,
  };
}

/** Largest distance of the distribution functions of counts in the same ordered bins, 0 to 1. */
export function distanceBetween(a: readonly number[], b: readonly number[]): number {
  const [inA, inB] = [total(a), total(b)];
  if (inA === 0 || inB === 0) return inA === inB ? 0 : 1;
  let gap = 0;
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    gap += (a[i] ?? 0) / inA - (b[i] ?? 0) / inB;
    most = Math.max(most, Math.abs(gap));
  }
  return most;
}

/** Half of the summed distances of the shares, 0 to 1 (total variation). */
export function variationBetween(a: readonly number[], b: readonly number[]): number {
  const [inA, inB] = [Math.max(1, total(a)), Math.max(1, total(b))];
  let sum = 0;
  for (let i = 0; i < Math.max(a.length, b.length); i++)
    sum += Math.abs((a[i] ?? 0) / inA - (b[i] ?? 0) / inB);
  return sum / 2;
}

/**
 * Bins with rows, of those that the reference has rows in, as a share of how many as many
 * independent rows would have.
 */
export function occupancy(now: readonly number[], before: readonly number[], rows: number): number {
  const all = total(before);
  const expected = before.reduce((sum, count) => sum + (count > 0 ? 1 - (1 - count / all) ** rows : 0), 0);
  const occupied = now.filter((count, i) => count > 0 && (before[i] ?? 0) > 0).length;
  return expected > 0 ? occupied / expected : 1;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
