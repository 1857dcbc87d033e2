import { normalQuantile } from '@driftloop/stats';
import { shapeOf, type TextLayout, WORD_BITS } from '../../layout/input-layout.ts';
import type { WordReference } from '../../profile/reference-profile.ts';
import { cellWeights, squaredDistance } from '../../profile/text-reference.ts';
import { frequentWord } from '../../sketch/word-sketch.ts';
import type { Distance } from '../statistics/counts.ts';
import { excessTail } from '../statistics/excess.ts';
import { kernelShift } from '../statistics/kernel-shift.ts';
import { adjusted } from '../statistics/per-feature.ts';
import { percent } from '../statistics/shares.ts';
import { byChance, rounded } from '../words.ts';
import type { DataTest } from './window.ts';

/** A smaller p-value has no quantile. */
const SMALLEST = 1e-300;
/** One word alone, and all words together, each have half of the test's alpha. */
const PARTS = 2;
/** Words that are told. */
const MOST_TOLD = 3;

/**
 * Words of each text against the reference: whether one of them is in more or fewer rows than
 * before (each known word, and the bins that all others share by hash), and whether all of them
 * together are elsewhere: the distance of the shares, in their own spreads. Texts are many words
 * that come together, so no chi-square counts their degrees; the reference's own covariance does.
 */
export const WORDS_TEST: DataTest = {
  name: 'words',
  byDefault: true,
  applies: ({ layout }) => layout.features.some(({ kind }) => kind === 'text'),
  words: (item) =>
    byChance(
      item,
      `${item.detail || `the words of ${item.feature} come in other shares`}: chi-square ${rounded(item.statistic)}`,
      rounded,
    ),
  run(window) {
    const { layout, features } = window.profile;
    const { own } = shapeOf(layout);
    const texts = layout.features.filter(({ kind }) => kind === 'text').length;
    const distances = layout.features.flatMap((feature, i) => {
      const reference = features[i]?.words;
      if (feature.kind !== 'text' || !reference || reference.rows === 0) return [];
      const { firstBin, bins } = shapeOf(layout);
      const values = firstBin[i] ?? 0;
      const rows = sumOf(window.content.subarray(values, values + (bins[i] ?? 0)));
      if (rows === 0) return [];
      const cells = feature.words.length + feature.others;
      const at = own[i] ?? 0;
      const counted = {
        counts: window.content.subarray(at, at + cells),
        bits: window.content.subarray(at + cells, at + cells + feature.others * WORD_BITS),
        rows,
      };
      return [{ feature: feature.name, ...wordShift(feature, reference, counted, window.alpha / texts) }];
    });
    return { findings: adjusted(window, distances) };
  },
};

interface CountedWords {
  /** Rows per cell. */
  readonly counts: Float64Array;
  /** Letters of the words of each bin of others, as sums of bits. */
  readonly bits: Float64Array;
  /** Rows that have a text. */
  readonly rows: number;
}

/** Told as a chi-square with one degree, as shares are. */
function wordShift(
  layout: TextLayout,
  reference: WordReference,
  window: CountedWords,
  alpha: number,
): Distance & { readonly detail: string } {
  const tails = Array.from(window.counts, (_, cell) => ({ cell, pValue: tailOf(cell, reference, window) }));
  tails.sort((a, b) => a.pValue - b.pValue || a.cell - b.cell);
  const least = tails[0]?.pValue ?? 1;
  const single = Math.min(1, tails.length * least);
  const together = togetherOf(reference, window);
  const pValue = Math.min(1, PARTS * Math.min(single, together));
  const told = tails
    .filter(({ pValue: one }, place) => place === 0 || one < Math.max(least, alpha / tails.length))
    .flatMap(({ cell }) => wordsAt(cell, layout, reference, window))
    .slice(0, MOST_TOLD);
  return {
    statistic: normalQuantile(Math.max(SMALLEST, Math.min(0.5, pValue))) ** 2,
    threshold: normalQuantile(alpha) ** 2,
    expected: 1,
    pValue,
    detail: told.join(', '),
  };
}

/** How likely a cell moves so far by chance, up or down. */
function tailOf(cell: number, { rows, counts, dispersion }: WordReference, window: CountedWords): number {
  const perRow = 1 / dispersion;
  const effective = window.rows * perRow;
  const found = (window.counts[cell] ?? 0) * perRow;
  const before = counts[cell] ?? 0;
  const more = excessTail({ found, rows: effective }, { found: before, rows });
  const fewer = excessTail({ found: effective - found, rows: effective }, { found: rows - before, rows });
  return Math.min(1, 2 * Math.min(more, fewer));
}

function togetherOf(reference: WordReference, { counts, rows }: CountedWords): number {
  if (!(reference.trace > 0)) return 1;
  const weights = cellWeights(reference.counts, reference.rows);
  const distance = squaredDistance(counts, rows, reference.counts, reference.rows, weights);
  return kernelShift(reference, distance, rows, weights.length, 0.5).pValue;
}

/** A cell in words: "'refund' is in 12 % of review, 2 % in the reference". */
function wordsAt(
  cell: number,
  { words, name: column }: TextLayout,
  reference: WordReference,
  window: CountedWords,
): string[] {
  const known = words[cell];
  const count = window.counts[cell] ?? 0;
  const bin = cell - words.length;
  const bits = window.bits.subarray(bin * WORD_BITS, (bin + 1) * WORD_BITS);
  const found = known ?? (count > 0 ? frequentWord(bits, count) : undefined);
  const name = found === undefined ? 'a rare word' : `'${found}'`;
  const before = (reference.counts[cell] ?? 0) / reference.rows;
  const now = percent(count / window.rows);
  return [`${name} is in ${now} of ${column}, ${percent(before)} in the reference`];
}

function sumOf(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
