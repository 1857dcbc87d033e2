import type { Check } from './check.ts';
import { pairedDifference } from './paired-test.ts';
import type { Scores } from './scores.ts';
import type { GateSettings } from './settings.ts';

/** Whether the candidate's probabilities can be trusted as much as the live version's. Not for regressions. */
export function checkCalibration(live: Scores, candidate: Scores, settings: GateSettings): Check {
  const difference = pairedDifference(candidate.rowLosses.map((loss, row) => loss - live.rowLosses[row]!));
  const surelyAdded = difference.mean - 1.645 * difference.standardError;
  const errorRise = candidate.calibrationError - live.calibrationError;
  const passed = surelyAdded <= settings.logLossMargin && errorRise <= settings.calibrationMargin;
  const text =
    `its calibration error is ${candidate.calibrationError.toFixed(3)} (live ${live.calibrationError.toFixed(3)}), ` +
    `its log loss ${candidate.loss.toFixed(3)} (live ${live.loss.toFixed(3)})${passed ? '' : ': its probabilities are worse'}`;
  return {
    passed,
    text,
    metrics: { calibrationError: candidate.calibrationError, liveCalibrationError: live.calibrationError },
  };
}
