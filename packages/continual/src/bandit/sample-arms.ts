import type { LabelledRows } from '@driftloop/spec';
import type { Random } from '@driftloop/stats';
import type { ReplayMemory } from '../memory/replay-memory.ts';
import { createDraw } from '../steps/draw-rows.ts';

/**
 * Windows that the runs of a memory are grouped into at most, oldest first; and loss bands within
 * each.
 */
const WINDOWS = 4;
const BANDS = 3;

/** Remembered rows grouped by when they were learnt and by how badly they are answered now. */
export interface SampleArms {
  readonly count: number;
  /** Rows of an arm: each comes once before any comes again. */
  draw(arm: number, count: number): Uint32Array;
  /** Sorts rows into loss bands by what they lose now. */
  reband(losses: Float64Array): void;
}

/** Groups the rows of a memory: arm = window × BANDS + band, band 0 with the lowest losses. */
export function createSampleArms(memory: ReplayMemory, random: Random): SampleArms {
  const windows = windowsOf(memory);
  let draws = windows.flatMap((rows) => bandsOf(rows, new Float64Array(memory.rows.rows), random));
  return {
    count: draws.length,
    draw: (arm, count) => draws[arm]!(count),
    reband(losses) {
      draws = windows.flatMap((rows) => bandsOf(rows, losses, random));
    },
  };
}

/** Rows by the run they come from, neighbouring runs together where there are more than WINDOWS. */
function windowsOf({ origins }: ReplayMemory): number[][] {
  const runs = [...new Set(origins)].sort((a, b) => a - b);
  const windows: number[][] = Array.from({ length: Math.min(WINDOWS, runs.length) }, () => []);
  origins.forEach((origin, row) => {
    windows[Math.floor((runs.indexOf(origin) * windows.length) / runs.length)]!.push(row);
  });
  return windows;
}

function bandsOf(
  rows: readonly number[],
  losses: Float64Array,
  random: Random,
): ((count: number) => Uint32Array)[] {
  const sorted = [...rows].sort((a, b) => losses[a]! - losses[b]! || a - b);
  return Array.from({ length: BANDS }, (_, band) => {
    const from = Math.floor((band * sorted.length) / BANDS);
    const to = Math.max(from + 1, Math.floor(((band + 1) * sorted.length) / BANDS));
    const members = Uint32Array.from(sorted.slice(from, to));
    const draw = createDraw(members.length, random);
    return (count) => draw(count).map((position) => members[position]!);
  });
}

/** Cross-entropy of each row (squared error with one output and no classes). */
export function rowLosses(
  logits: Float32Array,
  rows: LabelledRows,
  width: number,
  isRegression: boolean,
): Float64Array {
  return Float64Array.from({ length: rows.rows }, (_, row) => {
    const label = rows.labels[row]!;
    if (isRegression) return (logits[row]! - label) ** 2;
    if (width === 1) return Math.log1p(Math.exp(label > 0 ? -logits[row]! : logits[row]!));
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < width; k++) largest = Math.max(largest, logits[row * width + k]!);
    let sum = 0;
    for (let k = 0; k < width; k++) sum += Math.exp(logits[row * width + k]! - largest);
    return Math.log(sum) + largest - logits[row * width + label]!;
  });
}
