import type { ModelTask } from '@driftloop/schemas';
import { hasClasses } from '@driftloop/spec';
import { type Check, percent } from './check.ts';
import { blockTest, mcnemarWorse, type PairedCounts } from './paired-test.ts';
import { type Scores, unitOf } from './scores.ts';
import type { GateSettings } from './settings.ts';

/**
 * Whether the candidate is not worse on the newest rows. It may lose up to the margin; more only
 * where the loss could be chance, by a paired test over stretches of time; never more than
 * `tolerance` margins.
 */
export function checkRecent(live: Scores, candidate: Scores, task: ModelTask, settings: GateSettings): Check {
  const rows = live.rowLosses.length;
  const loss = lostByRow(live, candidate, task);
  const test = blockTest(loss);
  const counts = pairedCounts(live, candidate);
  const metrics = {
    recentRows: rows,
    recentAccuracy: candidate.accuracy,
    recentLiveAccuracy: live.accuracy,
    recentLoss: candidate.loss,
    recentLiveLoss: live.loss,
    recentGain: -test.mean,
    pWorse: test.pAbove,
    ...(hasClasses(task) ? { pWorseMcNemar: mcnemarWorse(counts) } : {}),
  };
  if (rows < settings.minRows) {
    const text = `only ${rows} newest labelled rows are at hand to judge by, ${settings.minRows} are needed`;
    return { passed: false, text, metrics };
  }
  const { margin, tolerance } = settings;
  const isReal = test.pAbove < settings.significance;
  const passed = !(test.mean > margin && isReal) && test.mean <= tolerance * margin;
  const compared = hasClasses(task)
    ? `it is right on ${percent(candidate.accuracy)}, the live version on ${percent(live.accuracy)}`
    : `its squared error is ${(2 * candidate.loss).toPrecision(4)}, the live version's ${(2 * live.loss).toPrecision(4)}`;
  const why = passed
    ? 'not worse'
    : isReal
      ? `worse by more than ${percent(margin)} (p = ${test.pAbove.toPrecision(2)})`
      : `worse by more than ${percent(tolerance * margin)}`;
  return { passed, text: `on the ${rows} newest rows ${compared}: ${why}`, metrics };
}

/**
 * What the candidate loses against the live version on each row: rows right, or squared error
 * relative to the live version's mean.
 */
function lostByRow(live: Scores, candidate: Scores, task: ModelTask): Float64Array {
  if (hasClasses(task)) return Float64Array.from(live.right, (right, row) => right - candidate.right[row]!);
  const unit = unitOf(live.loss, candidate.loss);
  return candidate.rowLosses.map((loss, row) => (loss - live.rowLosses[row]!) / unit);
}

/** On how many rows only one of the two was right. */
export function pairedCounts(live: Scores, candidate: Scores): PairedCounts {
  let onlyLive = 0;
  let onlyCandidate = 0;
  for (let row = 0; row < live.right.length; row++) {
    if (live.right[row]! > candidate.right[row]!) onlyLive++;
    if (live.right[row]! < candidate.right[row]!) onlyCandidate++;
  }
  return { rows: live.right.length, onlyLive, onlyCandidate };
}
