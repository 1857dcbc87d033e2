import type { BusRecord } from '@driftloop/bus';
import type { InferencePrediction } from '@driftloop/schemas';
import type { RefusedRow } from '../sessions/protocol.ts';
import type { RefusedRequest } from './pack.ts';
import type { Answers } from './run-rows.ts';

/** A prediction on its way to its partition. */
export interface OutgoingPrediction {
  readonly key: string;
  readonly value: InferencePrediction;
  readonly partition: number;
  /** That of its request. */
  readonly trace: string | undefined;
}

/** What a batch becomes. */
export interface Composed {
  /** In the order of the requests; all answers to one side by side, the served one last. */
  readonly predictions: OutgoingPrediction[];
  /** Requests that the model could not be run on. */
  readonly rejections: RefusedRequest[];
}

/**
 * Puts the answers of all versions into the order of the requests. Pure.
 *
 * @param answersOf what was answered to the model of a request; undefined where it was rejected
 * @param isWritten whether a shadow's answer to a request is in the output already
 * @param servedAt wall clock, epoch milliseconds
 */
export function composePredictions(
  records: readonly BusRecord<'inference.requests'>[],
  answersOf: (index: number) => readonly Answers[] | undefined,
  isWritten: (offset: number, version: number) => boolean,
  servedAt: number,
): Composed {
  const predictions: OutgoingPrediction[] = [];
  const rejections: RefusedRequest[] = [];
  const failures = new Map<Answers, Map<number, RefusedRow>>();
  for (let index = 0; index < records.length; index++) {
    const answers = answersOf(index);
    if (!answers) continue;
    const record = records[index] as BusRecord<'inference.requests'>;
    for (const answer of answers) {
      const row = answer.rowOf[index] as number;
      if (row < 0) continue;
      const { role, version, result, expected } = answer;
      if (result.failures.length > 0) {
        let reasons = failures.get(answer);
        if (!reasons) {
          reasons = new Map(result.failures.map((failure) => [failure.row, failure]));
          failures.set(answer, reasons);
        }
        const failure = reasons.get(row);
        if (failure) {
          // What a shadow cannot answer is nobody's loss.
          if (role !== 'shadow')
            rejections.push({ index, code: failure.code, reason: reasonOf(version, failure) });
          continue;
        }
      }
      if (role === 'shadow' && isWritten(record.offset, version)) continue;
      const { requestId, model, eventTime } = record.value;
      const start = row * result.outputWidth;
      predictions.push({
        key: requestId,
        partition: record.partition,
        trace: record.trace,
        value: {
          requestId,
          model,
          version,
          eventTime,
          servedAt,
          outputs: result.outputs.subarray(start, start + result.outputWidth),
          predicted: result.predicted[row] as number,
          role,
          requestPartition: record.partition,
          requestOffset: record.offset,
          requestTime: record.timestamp,
          ...(expected
            ? { expected: expected.values.subarray(row * expected.width, (row + 1) * expected.width) }
            : {}),
        },
      });
    }
  }
  return { predictions, rejections };
}

function reasonOf(version: number, { code, reason }: RefusedRow): string {
  if (code === 'ANSWER_MISSING' || code === 'ANSWER_INVALID') return reason;
  return code === 'PREDICTION_HELD'
    ? `Version ${version} was not run on these features: ${reason}. Publish or roll back to another version, or send the request again later.`
    : `Version ${version} could not be run on these features: ${reason}. Correct them and send the request again.`;
}
