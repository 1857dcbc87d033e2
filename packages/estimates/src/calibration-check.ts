import type { Random } from '@driftloop/stats';
import { calibrate, fitIsotonic } from './isotonic.ts';
import { rocAuc } from './roc-auc.ts';

/** What calibrating would do on rows that it was not fitted on. */
export interface CalibrationCheck {
  /** Whether calibrated probabilities are closer to the truth. */
  readonly helps: boolean;
  /** Expected calibration error of the scores as they are. */
  readonly before: number;
  /** The same after calibration. */
  readonly after: number;
}

const SPLITS = 10;
const BINS = 10;

/**
 * Whether isotonic calibration brings scores closer to the truth, by ten stratified random splits
 * of nine tenths to fit and one tenth to judge, as NannyML decides it. Scores that separate the
 * classes (area above 0.999) or a single class need none.
 *
 * @param scores In [0, 1]. @param targets 0 or 1.
 */
export function checkCalibration(
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
  random: Random,
): CalibrationCheck {
  const area = rocAuc(scores, targets);
  if (Number.isNaN(area) || area > 0.999) return { helps: false, before: 0, after: 0 };
  const judged: { score: number; calibrated: number; target: number }[] = [];
  for (let split = 0; split < SPLITS; split++) {
    const { train, test } = stratifiedSplit(targets, random);
    const knots = fitIsotonic(
      train.map((i) => scores[i] ?? 0),
      train.map((i) => targets[i] ?? 0),
    );
    for (const i of test) {
      const score = scores[i] ?? 0;
      judged.push({ score, calibrated: calibrate(knots, score), target: targets[i] ?? 0 });
    }
  }
  const before = expectedCalibrationError(judged, (row) => row.score);
  const after = expectedCalibrationError(judged, (row) => row.calibrated);
  return { helps: before > after, before, after };
}

/**
 * Σ share · |mean probability − mean target| over ten bins with equally many rows (Naeini et al.,
 * AAAI 2015).
 */
function expectedCalibrationError<T extends { target: number }>(
  rows: T[],
  probability: (row: T) => number,
): number {
  const sorted = rows.slice().sort((a, b) => probability(a) - probability(b));
  const bins = Math.max(1, Math.min(BINS, Math.floor(sorted.length / 2)));
  const width = Math.floor(sorted.length / bins);
  let error = 0;
  for (let bin = 0; bin < bins; bin++) {
    const part = sorted.slice(bin * width, bin + 1 === bins ? sorted.length : (bin + 1) * width);
    let difference = 0;
    for (const row of part) difference += probability(row) - row.target;
    error += Math.abs(difference);
  }
  return error / sorted.length;
}

function stratifiedSplit(targets: ArrayLike<number>, random: Random): { train: number[]; test: number[] } {
  const train: number[] = [];
  const test: number[] = [];
  for (const side of [0, 1]) {
    const members: number[] = [];
    for (let i = 0; i < targets.length; i++) if ((targets[i] === 1 ? 1 : 0) === side) members.push(i);
    random.shuffle(members);
    const held = Math.round(members.length / 10);
    members.forEach((member, i) => {
      (i < held ? test : train).push(member);
    });
  }
  return { train, test };
}
