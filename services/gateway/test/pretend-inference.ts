import type { Bus, BusRecord, TypedProducer } from '@driftloop/bus';
import type { PredictionRole } from '@driftloop/schemas';

type RequestRecord = BusRecord<'inference.requests'>;

/** What becomes of a request: the version that answers, why it is refused, or nothing at all. */
export type Fate =
  | { readonly version: number; readonly role?: PredictionRole; readonly outputs: readonly number[] }
  | { readonly code: 'FEATURE_NOT_FINITE' | 'PREDICTION_FAILED'; readonly reason: string }
  | 'none';

/**
 * Stands in for the inference service on real topics: answers and refuses requests as a test says,
 * after a shadow has said something else.
 */
export async function pretendInference(
  { bus, producer }: { readonly bus: Bus; readonly producer: TypedProducer },
  fateOf: (record: RequestRecord) => Fate,
): Promise<{ close(): Promise<void> }> {
  return bus.consume({
    group: 'inference',
    topics: ['inference.requests'],
    badRecords: 'deadLetter',
    async onBatch({ records, lastOffset }) {
      const fates = records.map((record) => ({ record, fate: fateOf(record) }));
      await producer.send(
        'inference.predictions',
        fates.flatMap(({ record, fate }) =>
          fate === 'none' || 'code' in fate
            ? []
            : [
                answer(record, 99, 'shadow', [1, 0]),
                answer(record, fate.version, fate.role ?? 'live', fate.outputs),
              ],
        ),
      );
      return {
        commit: lastOffset + 1,
        deadLetters: fates.flatMap(({ record, fate }) =>
          fate === 'none' || !('code' in fate) ? [] : [{ offset: record.offset, ...fate }],
        ),
      };
    },
  });
}

function answer(
  { value: { requestId, model, eventTime }, partition, offset, timestamp }: RequestRecord,
  version: number,
  role: PredictionRole,
  outputs: readonly number[],
) {
  return {
    key: requestId,
    partition,
    value: {
      requestId,
      model,
      version,
      eventTime,
      servedAt: timestamp,
      outputs: Float32Array.from(outputs),
      predicted: outputs.indexOf(Math.max(...outputs)),
      role,
      requestPartition: partition,
      requestOffset: offset,
      requestTime: timestamp,
    },
  };
}
