import { createDetector, createRowWatch, DETECTOR_NAMES } from '@driftloop/detectors';
import { type Answers, errorOf, featuresOf } from './prequential.ts';
import { ROWS } from './streams.ts';

/** The name of the row watch among the contenders. */
export const ROW_WATCH = 'row-watch';
/** All contenders: every detector at its defaults, and the row watch. */
export const CONTENDERS: readonly string[] = [...DETECTOR_NAMES, ROW_WATCH];

/** The rows at which a contender raises an alarm, when labels come `lag` rows after the answers. */
export function alarmsOf(contender: string, answers: Answers, lag: number): number[] {
  return contender === ROW_WATCH ? watchAlarms(answers, lag) : detectorAlarms(contender, answers, lag);
}

function detectorAlarms(name: string, answers: Answers, lag: number): number[] {
  const detector = createDetector(name);
  const alarms: number[] = [];
  for (let row = lag; row < ROWS; row++) {
    detector.update(errorOf(answers, row - lag));
    if (detector.drift) alarms.push(row);
  }
  return alarms;
}

/**
 * At its defaults; they were chosen on seeds 31 to 50, of which nothing is reported. The model
 * learns from row to row, which is said to it.
 */
function watchAlarms({ rows, predicted, confidence }: Answers, lag: number): number[] {
  const watch = createRowWatch({ categories: rows.categories, classes: 2, fixedModel: false });
  const alarms: number[] = [];
  const answerOf = (row: number) => ({
    features: featuresOf(rows, row),
    predicted: predicted[row] ?? 0,
    confidence: confidence[row] ?? 0,
  });
  for (let row = 0; row < ROWS; row++) {
    const late = row - lag;
    const labelled = late < 0 ? undefined : { ...answerOf(late), label: rows.labels[late] ?? 0 };
    watch.update(answerOf(row), labelled);
    if (watch.drift) alarms.push(row);
  }
  return alarms;
}
