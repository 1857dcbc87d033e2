import type { ModelTask } from '@driftloop/schemas';
import { type Check, percent } from './check.ts';
import {
  mcnemarWorse,
  notWorseBy,
  type PairedCounts,
  pairedDifference,
  standardNormalQuantile,
} from './paired-test.ts';
import type { Scores } from './scores.ts';
import type { GateSettings } from './settings.ts';

/**
 * Whether the candidate is not worse on the newest rows: non-inferiority of the accuracy within the margin, or a significantly better log
 * loss while the accuracy as measured is within the margin; and in no case significantly worse by the exact McNemar test.
 */
export function checkRecent(live: Scores, candidate: Scores, task: ModelTask, settings: GateSettings): Check {
  const rows = live.rowLosses.length;
  const metrics = {
    recentRows: rows,
    recentAccuracy: candidate.accuracy,
    recentLiveAccuracy: live.accuracy,
    recentLoss: candidate.loss,
    recentLiveLoss: live.loss,
  };
  if (rows < settings.minRows) {
    const text = `only ${rows} newest labelled rows are at hand to judge by, ${settings.minRows} are needed`;
    return { passed: false, text, metrics };
  }
  return task === 'regression'
    ? checkValues(live, candidate, settings, metrics)
    : checkClasses(live, candidate, settings, metrics);
}

function checkClasses(
  live: Scores,
  candidate: Scores,
  settings: GateSettings,
  metrics: Record<string, number>,
): Check {
  const counts = pairedCounts(live, candidate);
  const pWorse = mcnemarWorse(counts);
  const bound = notWorseBy(counts, settings.confidence);
  const gain = (counts.onlyCandidate - counts.onlyLive) / counts.rows;
  const loss = pairedDifference(candidate.rowLosses.map((value, row) => value - live.rowLosses[row]!));
  const surelyBetterLoss = loss.mean + 1.645 * loss.standardError < 0;
  const withinMargin = bound >= -settings.margin || (gain >= -settings.margin && surelyBetterLoss);
  const passed = withinMargin && pWorse >= settings.significance;
  const text =
    `on the ${counts.rows} newest rows it is right on ${percent(candidate.accuracy)}, the live version on ${percent(live.accuracy)}: ` +
    (passed
      ? 'not worse'
      : pWorse < settings.significance
        ? `worse (McNemar p = ${pWorse.toPrecision(2)})`
        : `it may be up to ${percent(-bound)} worse, ${percent(settings.margin)} are allowed`);
  return { passed, text, metrics: { ...metrics, pWorse, accuracyGain: gain, accuracyGainBound: bound } };
}

function checkValues(
  live: Scores,
  candidate: Scores,
  settings: GateSettings,
  metrics: Record<string, number>,
): Check {
  const loss = pairedDifference(candidate.rowLosses.map((value, row) => value - live.rowLosses[row]!));
  const bound = loss.mean + standardNormalQuantile(settings.confidence) * loss.standardError;
  const passed = bound <= settings.margin * live.loss;
  const text =
    `on the ${live.rowLosses.length} newest rows its squared error is ${(2 * candidate.loss).toPrecision(4)}, the live version's ` +
    `${(2 * live.loss).toPrecision(4)}: ${passed ? 'not worse' : `it may be worse by more than ${percent(settings.margin)}`}`;
  return { passed, text, metrics: { ...metrics, lossGainBound: -bound } };
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
