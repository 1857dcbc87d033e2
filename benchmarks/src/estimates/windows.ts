import { answerExpectation, createReplay, type ReferenceProfile } from '@driftloop/drift';
import { DriftloopError } from '@driftloop/errors';
import type { DriftSignal, ModelSpec } from '@driftloop/schemas';
import type { AnsweredLoans } from './car-loan-rows.ts';

const CLOSING_ROWS = 30;

/**
 * The estimates of a stream of answers, window by window, through the code of the services: answers
 * say what is to be expected, chunks are sketched and merged, windows close by the log's clock.
 */
export function estimatesByWindow(
  spec: ModelSpec,
  profile: ReferenceProfile,
  { data, outputs, predicted }: AnsweredLoans,
): DriftSignal[] {
  const { rows, width, features } = data;
  const expectation = answerExpectation(profile, width);
  const expected = expectation?.of(features, outputs, outputs.length / rows, rows);
  if (!expectation || !expected)
    throw new DriftloopError('DATA_INVALID', `The profile of ${spec.model} says nothing of its answers.`);
  const run = createReplay(spec, { partitions: 1 });
  run.publish({ version: 1, profile });
  const signals: DriftSignal[] = [];
  // The rows after the last window are what closes it.
  for (let at = 0; at < rows + CLOSING_ROWS; at++) {
    const row = Math.min(at, rows - 1);
    const place = { partition: 0, offset: at, timestamp: 1 + at };
    const about = { requestId: String(at), model: spec.model, eventTime: at };
    const value = {
      ...about,
      version: 1,
      servedAt: 0,
      role: 'live' as const,
      requestPartition: 0,
      requestOffset: at,
      requestTime: place.timestamp,
      outputs: outputs.subarray(row, row + 1),
      predicted: predicted[row] ?? 0,
      expected: expected.subarray(row * expectation.width, (row + 1) * expectation.width),
    };
    signals.push(...run.push({ topic: 'inference.predictions', ...place, value }).signals);
  }
  signals.push(...run.finish().signals);
  return signals.filter(
    ({ signal, detector, windowEnd }) =>
      signal === 'prediction' && detector === 'estimates' && windowEnd <= rows,
  );
}
