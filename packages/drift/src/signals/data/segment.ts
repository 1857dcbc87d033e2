import { isMeasured } from '../../layout/input-layout.ts';
import { totalOf } from '../statistics/counts.ts';
import { percent } from '../statistics/shares.ts';
import type { Finding } from '../window-test.ts';
import { rounded } from '../words.ts';
import { type DataTest, type DataWindow, valueCounts } from './window.ts';

/** Segments that are told of a window. */
const MOST = 3;
/** Share of the rows that has to have come into a segment. */
const LEAST_GAIN = 0.03;

/**
 * Where rows have moved to: of the columns that moved most, the range of values or the category
 * that has gained the largest share of the rows. It says where a drift of inputs sits, raises no
 * alarm and weighs nothing.
 */
export const SEGMENT_TEST: DataTest = {
  name: 'segment',
  byDefault: true,
  raisesAlarms: false,
  weight: 0,
  tellsKind: true,
  words: ({ detail = '' }) => detail,
  run(window) {
    const { features } = window.profile.layout;
    const found = features
      .flatMap((_, i) => segmentOf(window, i) ?? [])
      .filter(({ statistic }) => statistic >= LEAST_GAIN)
      .sort((a, b) => b.statistic - a.statistic)
      .slice(0, MOST);
    return { findings: found };
  },
};

function segmentOf(window: DataWindow, feature: number): Finding | undefined {
  const layout = window.profile.layout.features[feature];
  const { reference, window: counts } = valueCounts(window, feature);
  const [known, rows] = [totalOf(reference), totalOf(counts)];
  if (!layout || known === 0 || rows === 0) return undefined;
  const gains = Array.from(counts, (count, bin) => count / rows - (reference[bin] ?? 0) / known);
  const { from, to, gain } = isMeasured(layout) ? largestRun(gains) : largestBin(gains);
  const shareOf = (of: ArrayLike<number>, all: number): string =>
    percent(totalOf(Array.from(of).slice(from, to)) / all);
  const where = isMeasured(layout)
    ? rangeText(layout.edges[from - 1], layout.edges[to - 1])
    : from < layout.categories.length
      ? `in ${layout.names?.[from] ?? `category ${layout.categories[from]}`}`
      : 'in categories never seen';
  const detail = `${layout.name} ${where}: ${shareOf(counts, rows)} of the rows, ${shareOf(reference, known)} in the reference`;
  const told = { statistic: gain, expected: 0, threshold: LEAST_GAIN, pValue: null, detail };
  return { feature: layout.name, ...told, severity: 0, drifted: false, changePoint: null };
}

/** The run of neighbouring bins with the largest gain (Kadane 1984). */
function largestRun(gains: readonly number[]): { from: number; to: number; gain: number } {
  let best = { from: 0, to: 0, gain: 0 };
  let from = 0;
  let gain = 0;
  gains.forEach((own, bin) => {
    if (gain <= 0) [from, gain] = [bin, 0];
    gain += own;
    if (gain > best.gain) best = { from, to: bin + 1, gain };
  });
  return best;
}

function largestBin(gains: readonly number[]): { from: number; to: number; gain: number } {
  const gain = Math.max(0, ...gains);
  const from = Math.max(0, gains.indexOf(gain));
  return { from, to: from + 1, gain };
}

function rangeText(low: number | undefined, high: number | undefined): string {
  if (low === undefined) return high === undefined ? 'of any value' : `below ${rounded(high)}`;
  return high === undefined ? `of ${rounded(low)} or more` : `from ${rounded(low)} to ${rounded(high)}`;
}
