import { unitOf } from '../layout/input-layout.ts';
import { LEAST_SPREAD } from '../profile/block-extremes.ts';
import { type Fault, named, percent } from './fault.ts';
import { type Column, isQuantity, outsideBefore, shareOf } from './fault-window.ts';
import type { MagnitudesOf } from './magnitudes.ts';

/** Rows below which nothing is said. */
const LEAST_ROWS = 30;
/** log2 of a factor from which on it need not leave the reference's range. */
const LARGE = 2.5;
/** Spreads of the reference's magnitudes by which a part has to be off. */
const CLEAR = 4;
/** Times as far as any block of the reference moved by itself that a factor has to move it. */
const BEYOND_BLOCKS = 3;
/** Times as far as any block that a window may move beside it, and the most, octaves and ln. */
const SOME_MORE = 1.5;
const MOST_OFF = 0.3;
const MOST_SPREAD = 0.7;

/** Factors between units that are mistaken for each other. */
const FACTORS: readonly number[] = [
  ...[1, 2, 3, 4, 5, 6, 9].map((digits) => 10 ** digits),
  ...[60, 3600, 1024, 1024 ** 2],
  // Miles, feet, inches, pounds, gallons, m/s, degrees.
  ...[1.609344, 3.28084, 2.54, 25.4, 2.20462, 3.78541, 3.6, 57.29578],
].flatMap((factor) => [factor, 1 / factor]);

/** Temperatures: what a value becomes. */
const SCALES: readonly { readonly text: string; readonly by: number; readonly plus: number }[] = [
  { text: 'from °C to °F', by: 1.8, plus: 32 },
  { text: 'from °F to °C', by: 1 / 1.8, plus: -32 / 1.8 },
  { text: 'from °C to K', by: 1, plus: 273.15 },
  { text: 'from K to °C', by: 1, plus: -273.15 },
];

interface Conversion {
  readonly column: string;
  readonly text: string;
  readonly share: number;
}

/**
 * Columns that come in another unit: magnitudes are those of the reference times one factor, with
 * the same spread, or a temperature's on another scale. A part of the rows may have it, where that
 * carries them out of the reference's range. Those of one factor are one fault.
 */
export function unitChanges(columns: readonly Column[]): Fault[] {
  const found = columns.flatMap((column) => scaledBy(column) ?? movedTo(column) ?? []);
  return [...new Set(found.map(({ text }) => text))].map((text) => {
    const same = found.filter((one) => one.text === text);
    const share = Math.max(...same.map((one) => one.share));
    const names = same.map(({ column }) => column);
    const part = share < 0.95 ? ` in ${percent(share)} of the rows` : '';
    const come = names.length > 1 ? 'come' : 'comes';
    return { columns: names, share, text: `${named(names)} ${come} in another unit${part}: ${text}` };
  });
}

function scaledBy(column: Column): Conversion | undefined {
  const { layout, reference, magnitudes, values } = column;
  const { magnitude, blocks } = reference;
  if (!magnitude || !blocks || !magnitudes || values < LEAST_ROWS || !isQuantity(column)) return undefined;
  const before = { ...magnitude, strayed: blocks.magnitude, spread: blocks.spread };
  const { all, outside, inside } = magnitudes;
  const sameZeros = Math.abs(shareOf(all.zeros, values) - before.zeros) <= 0.05;
  const whole = sameZeros ? factorOf(all, before) : undefined;
  if (whole !== undefined) return { column: layout.name, text: factorText(whole), share: 1 };
  const share = shareOf(outside.count, values);
  const off = Math.min(MOST_OFF, SOME_MORE * before.strayed);
  const isRest = Math.abs(inside.mean - before.mean) <= 0.2 * before.std + 3 * errorOf(inside, before) + off;
  if (share < 0.08 || share > 0.97 || outside.zeros > 0 || !isRest || outsideBefore(column) > 0)
    return undefined;
  // A part is told where the factor carries it clear of the reference's range.
  const part = factorOf(outside, { ...before, spread: 0 });
  if (part === undefined || Math.abs(part) < Math.max(LARGE, CLEAR * before.std)) return undefined;
  return { column: layout.name, text: factorText(part), share };
}

interface Before {
  readonly mean: number;
  readonly std: number;
  /** Most that a block's mean was off by, octaves. */
  readonly strayed: number;
  /** Most that ln of their spread was off by. */
  readonly spread: number;
}

/** log2 of the factor; undefined where no factor of units explains the magnitudes. */
function factorOf(now: MagnitudesOf, before: Before): number | undefined {
  if (now.count < LEAST_ROWS / 2) return undefined;
  const log = now.mean - before.mean;
  const error = errorOf(now, before);
  const spread = Math.abs(Math.log((now.std + LEAST_SPREAD) / (before.std + LEAST_SPREAD)));
  // Tails make the spread of few rows uncertain by more than a normal's.
  const chance = Math.log(1.15 * (1 + 4 / Math.sqrt(2 * now.count)));
  if (spread > Math.max(chance, Math.min(MOST_SPREAD, SOME_MORE * before.spread))) return undefined;
  const known = FACTORS.map(Math.log2).reduce((a, b) => (Math.abs(b - log) < Math.abs(a - log) ? b : a));
  const size = Math.abs(log);
  const strayed = Math.min(MOST_OFF, size / 16, SOME_MORE * before.strayed);
  const isKnown = Math.abs(known - log) <= Math.max(0.02, Math.min(0.25, 3 * error), strayed);
  const least = Math.max(0.1, BEYOND_BLOCKS * before.strayed, (size >= LARGE ? 1 : 2) * before.std);
  return isKnown && size >= least ? known : undefined;
}

function errorOf({ count }: MagnitudesOf, { std }: { std: number }): number {
  return (std + 0.01) / Math.sqrt(Math.max(1, count));
}

function factorText(log: number): string {
  const factor = 2 ** Math.abs(log);
  const shown = Number(factor.toPrecision(3)).toLocaleString('en-US');
  return log > 0 ? `${shown} times as large` : `${shown} times as small`;
}

function movedTo(column: Column): Conversion | undefined {
  const { layout, reference, mean, std, values } = column;
  const { standardised: before, blocks } = reference;
  if (layout.kind !== 'numeric' || !before || !blocks || !isQuantity(column)) return undefined;
  if (values < LEAST_ROWS || before.std <= 0) return undefined;
  const unit = unitOf(layout);
  // What lies further is held in sketches.
  const [meanBefore, stdBefore] = [layout.centre + unit * before.mean, unit * before.std];
  const least = before.std * Math.max(2, BEYOND_BLOCKS * blocks.mean);
  for (const { text, by, plus } of SCALES) {
    const expected = (by * meanBefore + plus - layout.centre) / unit;
    const spread = by * before.std;
    if (Math.abs(expected) > 50 || Math.abs(expected - before.mean) < least) continue;
    const near = Math.abs(mean - expected) <= spread * (0.2 + 4 / Math.sqrt(values));
    const alike = Math.abs(Math.log((std + 1e-9) / spread)) <= 0.15 + 3 / Math.sqrt(2 * values);
    if (near && alike && stdBefore > 0) return { column: layout.name, text, share: 1 };
  }
  return undefined;
}
