import type { Check } from './check.ts';
import { blockTest } from './paired-test.ts';
import type { Scores } from './scores.ts';
import type { GateSettings } from './settings.ts';

/**
 * Whether the candidate's probabilities can be trusted as much as the live version's. Not for
 * regressions.
 */
export function checkCalibration(live: Scores, candidate: Scores, settings: GateSettings): Check {
  const added = blockTest(candidate.rowLosses.map((loss, row) => loss - live.rowLosses[row]!));
  const isWorse = added.mean > settings.logLossMargin && added.pAbove < settings.significance;
  const errorRise = candidate.calibrationError - live.calibrationError;
  const passed = !isWorse && errorRise <= settings.calibrationMargin;
  const text =
    `its calibration error is ${candidate.calibrationError.toFixed(3)} (live ${live.calibrationError.toFixed(3)}), ` +
    `its log loss ${candidate.loss.toFixed(3)} (live ${live.loss.toFixed(3)})${passed ? '' : ': its probabilities are worse'}`;
  return {
    passed,
    text,
    metrics: { calibrationError: candidate.calibrationError, liveCalibrationError: live.calibrationError },
  };
}
