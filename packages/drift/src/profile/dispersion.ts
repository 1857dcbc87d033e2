/** A block of fewer rows says nothing of how neighbours resemble each other. */
const LEAST_ROWS = 16;
/** Fewer blocks than this say too little about their spread: then smaller ones are looked at. */
const WANTED_BLOCKS = 8;

/** Consecutive rows of a reference that stand for a window. */
export interface Block {
  readonly from: number;
  readonly to: number;
}

/**
 * Cuts a reference into consecutive blocks of the size that windows will have, or smaller ones
 * where there would be fewer than eight. The spread of a statistic between them, against what
 * independent rows would give, is how much less a row of a window tells than a row of a shuffled
 * sample: rows of real streams resemble their neighbours, and tests that ignore it alarm on every
 * window.
 *
 * @param eventTimes of the rows, ascending
 */
export function referenceBlocks(eventTimes: Float64Array, lengthMs: number, minSamples: number): Block[] {
  const rows = eventTimes.length;
  const span = (eventTimes.at(-1) ?? 0) - (eventTimes[0] ?? 0);
  const perWindow = span > 0 ? (rows * lengthMs) / span : minSamples;
  const window = Math.max(Math.round(perWindow), minSamples, LEAST_ROWS);
  const size = Math.min(window, Math.floor(rows / WANTED_BLOCKS));
  if (size < LEAST_ROWS) return [];
  return Array.from({ length: Math.floor(rows / size) }, (_, i) => ({ from: i * size, to: (i + 1) * size }));
}

/**
 * How many times the blocks' mean squared deviation exceeds what independent rows would give; at
 * least 1.
 */
export function dispersionOf(ratios: readonly number[]): number {
  const finite = ratios.filter((ratio) => Number.isFinite(ratio));
  if (finite.length === 0) return 1;
  return Math.max(1, finite.reduce((sum, ratio) => sum + ratio, 0) / finite.length);
}

/**
 * Spread below this share of the largest value is what is left of a constant when doubles are
 * computed with.
 */
const ROUNDING = 1e-13;

/**
 * Mean, spread and dispersion of a column, in its own unit: a column in another unit gives the same
 * in that unit.
 */
export function momentsOf(
  values: Float64Array,
  blocks: readonly Block[],
): { mean: number; std: number; rows: number; dispersion: number } {
  const rows = values.length;
  // Differences from the first value: nothing is lost where the mean is large beside the spread.
  const origin = values[0] ?? 0;
  let sum = 0;
  let largest = 0;
  for (const value of values) {
    sum += value - origin;
    largest = Math.max(largest, Math.abs(value));
  }
  const mean = rows > 0 ? origin + sum / rows : 0;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const isSpread = rows > 0 && Math.sqrt(squares / rows) > ROUNDING * largest;
  const variance = isSpread ? squares / rows : 0;
  const ratios = blocks.map(({ from, to }) => {
    let blockSum = 0;
    for (let i = from; i < to; i++) blockSum += values[i] ?? 0;
    const n = to - from;
    // The block is part of the mean, so its deviation is smaller by 1 - n / rows.
    return ((blockSum / n - mean) ** 2 * n) / (variance * (1 - n / rows));
  });
  return { mean, std: Math.sqrt(variance), rows, dispersion: dispersionOf(ratios) };
}

/**
 * Counts of a column of bins, and how much more the blocks' distributions vary than independent
 * rows would. For ordered bins the distance is that of Cramér and von Mises, which weighs shifts of
 * the whole as KS does; for classes it is chi-square.
 *
 * @param bins bin of each row, from 0 to count - 1
 */
export function countsOf(
  bins: Int32Array,
  count: number,
  blocks: readonly Block[],
  ordered: boolean,
): { counts: number[]; dispersion: number } {
  const counts = new Array<number>(count).fill(0);
  for (const bin of bins) counts[bin] = (counts[bin] ?? 0) + 1;
  const distance = ordered ? cramerVonMisesRatio : chiSquareRatio;
  const ratios = blocks.map(({ from, to }) => {
    const block = new Float64Array(count);
    for (let i = from; i < to; i++) {
      const bin = bins[i] ?? 0;
      block[bin] = (block[bin] ?? 0) + 1;
    }
    const n = to - from;
    return distance(block, counts, n, bins.length) / (1 - n / bins.length);
  });
  return { counts, dispersion: dispersionOf(ratios) };
}

function chiSquareRatio(block: Float64Array, counts: readonly number[], n: number, rows: number): number {
  let statistic = 0;
  let used = 0;
  counts.forEach((total, bin) => {
    const expected = (total * n) / rows;
    if (expected === 0) return;
    used++;
    statistic += ((block[bin] ?? 0) - expected) ** 2 / expected;
  });
  return used > 1 ? statistic / (used - 1) : Number.NaN;
}

function cramerVonMisesRatio(
  block: Float64Array,
  counts: readonly number[],
  n: number,
  rows: number,
): number {
  let below = 0;
  let blockBelow = 0;
  let statistic = 0;
  let expected = 0;
  counts.forEach((total, bin) => {
    below += total / rows;
    blockBelow += (block[bin] ?? 0) / n;
    statistic += total * (blockBelow - below) ** 2 * n;
    expected += total * below * (1 - below);
  });
  return expected > 1e-9 ? statistic / expected : Number.NaN;
}
