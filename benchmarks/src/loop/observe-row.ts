import type { createReplay } from '@driftloop/drift';
import type { RetrainCommand } from '@driftloop/schemas';
import type { Answers, LoopOptions } from './loop-options.ts';

/** A row as it is served. */
export interface ServedRow {
  readonly row: number;
  /** Number of the version that answers. */
  readonly live: number;
  readonly answers: Answers;
}

/** Shows the drift services a row's request and answer, and the label that is known by now; returns what they ask for. */
export function observeRow(
  replay: ReturnType<typeof createReplay>,
  { data, spec, trainingRows, labelDelayRows }: LoopOptions,
  { row, live, answers }: ServedRow,
): RetrainCommand[] {
  const { model } = spec;
  const eventTime = data.eventTimes[row]!;
  const requestId = String(row);
  const { outputWidth } = answers;
  const place = { partition: 0, offset: row - trainingRows };
  const features = data.features.subarray(row * data.width, (row + 1) * data.width);
  const request = { requestId, model, eventTime, features };
  const prediction = {
    requestId,
    model,
    version: live,
    eventTime,
    servedAt: eventTime,
    outputs: answers.outputs.subarray(row * outputWidth, (row + 1) * outputWidth),
    predicted: answers.predicted[row]!,
    role: 'live' as const,
    requestPartition: 0,
    requestOffset: place.offset,
  };
  const commands = [
    ...replay.push({ ...place, topic: 'inference.requests', value: request }).commands,
    ...replay.push({ ...place, topic: 'inference.predictions', value: prediction }).commands,
  ];
  const labelled = row - labelDelayRows;
  if (labelled < trainingRows) return commands;
  const label = { requestId: String(labelled), model, label: data.labels[labelled]!, eventTime };
  const labelPlace = { partition: 0, offset: labelled - trainingRows };
  return [...commands, ...replay.push({ ...labelPlace, topic: 'inference.labels', value: label }).commands];
}
