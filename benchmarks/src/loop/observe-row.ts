import { type Replay, SLOT_MS } from '@driftloop/drift';
import type { PredictionRole, RetrainCommand } from '@driftloop/schemas';
import type { Answers, LoopOptions } from './loop-options.ts';

/** What a version answers in shadow. */
export interface ShadowAnswers {
  readonly version: number;
  readonly answers: Answers;
}

/** A row as it is served. */
export interface ServedRow {
  readonly row: number;
  /** Number of the version that answers. */
  readonly live: number;
  readonly answers: Answers;
  readonly shadows: readonly ShadowAnswers[];
  /** Answers to the rows before, those in shadow among them. */
  readonly answered: number;
}

/**
 * Shows the drift services a row's request and answer, and the label that is known by now; returns
 * what they ask for.
 */
export function observeRow(
  replay: Replay,
  { data, spec, trainingRows, labelDelayRows, chunkSize }: LoopOptions,
  { row, live, answers, shadows, answered }: ServedRow,
): RetrainCommand[] {
  const { model } = spec;
  const eventTime = data.eventTimes[row]!;
  const requestId = String(row);
  // So many rows lie in one slot of log time.
  const timestamp = Math.floor(((row - trainingRows) * SLOT_MS) / chunkSize);
  const place = { partition: 0, offset: row - trainingRows, timestamp };
  const features = data.features.subarray(row * data.width, (row + 1) * data.width);
  const request = { requestId, model, eventTime, features };
  const predictionOf = (
    version: number,
    role: PredictionRole,
    { outputs, outputWidth, predicted }: Answers,
  ) => ({
    requestId,
    model,
    version,
    eventTime,
    servedAt: eventTime,
    outputs: outputs.subarray(row * outputWidth, (row + 1) * outputWidth),
    predicted: predicted[row]!,
    role,
    requestPartition: 0,
    requestOffset: place.offset,
    requestTime: timestamp,
  });
  const predictions = [
    ...shadows.map((shadow) => predictionOf(shadow.version, 'shadow', shadow.answers)),
    predictionOf(live, 'live', answers),
  ];
  const commands = [
    ...replay.push({ ...place, topic: 'inference.requests', value: request }).commands,
    ...predictions.flatMap((value, i) => {
      // All answers to a request stand side by side.
      const offset = answered + i;
      return replay.push({ partition: 0, offset, timestamp, topic: 'inference.predictions', value }).commands;
    }),
  ];
  const labelled = row - labelDelayRows;
  if (labelled < trainingRows) return commands;
  const label = { requestId: String(labelled), model, label: data.labels[labelled]!, eventTime };
  const labelPlace = { partition: 0, offset: labelled - trainingRows, timestamp };
  return [...commands, ...replay.push({ ...labelPlace, topic: 'inference.labels', value: label }).commands];
}
