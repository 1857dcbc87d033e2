import type { FeatureSpec } from '@driftloop/schemas';
import type { TextLayout } from '../layout/input-layout.ts';
import { createMeasure } from '../sketch/measure.ts';
import { cellsOf } from '../sketch/word-sketch.ts';
import { wordsOf } from '../sketch/words.ts';
import { type Block, dispersionOf } from './dispersion.ts';
import { measuredLayout } from './feature-reference.ts';
import { type FeatureRows, presentBlocks } from './feature-rows.ts';
import type { WordReference } from './reference-profile.ts';

/** Words that are counted by themselves. */
const MOST_WORDS = 512;
/** One in fewer rows is rare: what comes so seldom comes by chance. */
const FEWEST_ROWS = 5;
/** Bins for all other words. */
const OTHERS = 128;
/**
 * Spread below which a cell's share counts as if it were so: chance alone moves rare words more.
 */
const LEAST_VARIANCE = 0.01;
/** Rows whose words are looked at in pairs, for the covariance. */
const PAIRED_ROWS = 5_000;

/** How a text is counted, from the rows of a reference. */
export function textLayout({ name }: FeatureSpec, data: FeatureRows): TextLayout {
  const rowsOf = new Map<string, number>();
  const lengths = new Float32Array(data.rows);
  const { texts } = presentTexts(data);
  for (const text of texts) for (const word of wordsOf(text)) rowsOf.set(word, (rowsOf.get(word) ?? 0) + 1);
  const words = [...rowsOf]
    .filter(([, rows]) => rows >= FEWEST_ROWS)
    .sort(([a, rowsOfA], [b, rowsOfB]) => rowsOfB - rowsOfA || (a < b ? -1 : 1))
    .slice(0, MOST_WORDS)
    .map(([word]) => word);
  const layout = { kind: 'text', name, words, others: OTHERS } as const;
  const measure = createMeasure([{ ...layout, edges: [], centre: 0, scale: 1 }]);
  for (let row = 0; row < data.rows; row++)
    measure?.(data.features, row * data.width + data.at, data.texts ?? [], lengths.subarray(row, row + 1));
  return { ...layout, ...measuredLayout(name, lengths) };
}

/** In how many rows which words are, and how these shares vary by chance. */
export function textReference(
  layout: TextLayout,
  data: FeatureRows,
  blocks: readonly Block[],
): WordReference {
  const { texts, rows: present } = presentTexts(data);
  const cells = cellsOf(layout);
  const count = layout.words.length + layout.others;
  const counts = new Float64Array(count);
  const byRow = texts.map((text) => [...cells(text).keys()]);
  for (const row of byRow) for (const cell of row) counts[cell] = (counts[cell] ?? 0) + 1;
  const rows = texts.length;
  const weights = cellWeights(counts, rows);
  const { trace, traceSquare } = covarianceTraces(byRow, counts, weights);
  const ratios = presentBlocks(blocks, present).map(({ from, to }) => {
    const block = new Float64Array(count);
    for (const row of byRow.slice(from, to)) for (const cell of row) block[cell] = (block[cell] ?? 0) + 1;
    return squaredDistance(block, to - from, counts, rows, weights) / (trace * (1 / (to - from) - 1 / rows));
  });
  return { rows, counts: [...counts], trace, traceSquare, dispersion: dispersionOf(ratios) };
}

/** By what a cell's squared difference of shares is multiplied. */
export function cellWeights(counts: ArrayLike<number>, rows: number): Float64Array {
  return Float64Array.from(counts, (count) => {
    const share = rows > 0 ? count / rows : 0;
    return 1 / Math.max(LEAST_VARIANCE, share * (1 - share));
  });
}

/** Weighted squared distance of the shares of two sets of rows. */
export function squaredDistance(
  a: ArrayLike<number>,
  rowsA: number,
  b: ArrayLike<number>,
  rowsB: number,
  weights: Float64Array,
): number {
  let distance = 0;
  for (let i = 0; i < weights.length; i++)
    distance += (weights[i] ?? 0) * ((a[i] ?? 0) / rowsA - (b[i] ?? 0) / rowsB) ** 2;
  return distance;
}

/** Traces of the weighted covariance of the cells and of its square; rows have few cells each. */
function covarianceTraces(
  byRow: readonly (readonly number[])[],
  counts: Float64Array,
  weights: Float64Array,
) {
  const width = counts.length;
  const rows = byRow.length;
  let trace = 0;
  for (let i = 0; i < width; i++) {
    const share = (counts[i] ?? 0) / Math.max(1, rows);
    trace += (weights[i] ?? 0) * share * (1 - share);
  }
  const together = new Float64Array(width * width);
  const step = Math.max(1, Math.ceil(rows / PAIRED_ROWS));
  let paired = 0;
  for (let row = 0; row < rows; row += step) {
    paired++;
    const cells = byRow[row] ?? [];
    for (const i of cells)
      for (const j of cells) together[i * width + j] = (together[i * width + j] ?? 0) + 1;
  }
  let traceSquare = 0;
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) {
      // Shares of the same rows, so that covariances are those of these.
      const both = (together[i * width + j] ?? 0) / paired;
      const apart = ((together[i * width + i] ?? 0) / paired) * ((together[j * width + j] ?? 0) / paired);
      traceSquare += (weights[i] ?? 0) * (weights[j] ?? 0) * (both - apart) ** 2;
    }
  }
  return { trace, traceSquare };
}

function presentTexts({ rows, width, features, at, texts = [] }: FeatureRows) {
  const found: string[] = [];
  const present: number[] = [];
  for (let row = 0; row < rows; row++) {
    const place = features[row * width + at] ?? Number.NaN;
    if (!Number.isFinite(place)) continue;
    found.push(texts[place] ?? '');
    present.push(row);
  }
  return { texts: found, rows: present };
}
