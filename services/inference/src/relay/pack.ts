import type { Refusal } from '@driftloop/errors';
import type { InferenceRequest, ModelSpec } from '@driftloop/schemas';
import {
  aheadEventTime,
  eventTimeRefusal,
  invalidEventTime,
  isFeature,
  requestIdRefusal,
  requestRefusal,
  rowOf,
  slotsOf,
} from '@driftloop/spec';

/** A request that cannot be answered. */
export interface RefusedRequest extends Refusal {
  /** Index in the batch. */
  readonly index: number;
}

/** Rows of one model, ready to be run. */
export interface Packed {
  readonly rows: number;
  /** Row → index of its request in the batch. */
  readonly indices: Int32Array;
  /** Row-major, rows × numbers of the spec's rows; may have room for more rows. */
  readonly features: Float32Array<ArrayBuffer>;
  /** Free texts, in which their slots have places. */
  readonly texts: readonly string[];
  readonly rejections: readonly RefusedRequest[];
}

/**
 * Copies the features of a model's requests into one matrix and leaves out what cannot be answered.
 * Pure.
 *
 * @param requests with Kafka's timestamps
 * @param indices which requests of the batch are this model's, in order
 */
export function packRows(
  requests: readonly { readonly timestamp: number; readonly value: InferenceRequest }[],
  indices: ArrayLike<number>,
  spec: ModelSpec,
): Packed {
  const { width, featureAt } = slotsOf(spec.features);
  const allowMissing = featureAt.map((index) => spec.features[index]?.allowMissing ?? false);
  const features = new Float32Array(indices.length * width);
  const rowIndices = new Int32Array(indices.length);
  const rejections: RefusedRequest[] = [];
  const texts: string[] = [];
  let rows = 0;
  for (let position = 0; position < indices.length; position++) {
    const index = indices[position] as number;
    const request = requests[index];
    if (request === undefined) continue;
    const unnamed = requestIdRefusal(request.value.requestId);
    if (unnamed) {
      rejections.push({ index, ...unnamed });
      continue;
    }
    const row = rowOf(request.value, spec, texts);
    if (row.length !== width) {
      rejections.push({ index, ...(requestRefusal(request.value, row, spec) as Refusal) });
      continue;
    }
    const { eventTime } = request.value;
    const refusal = eventTimeRefusal(eventTime, request.timestamp, spec.window);
    if (refusal) {
      const reason =
        refusal === 'EVENT_TIME_INVALID'
          ? invalidEventTime(eventTime)
          : aheadEventTime(eventTime, request.timestamp, spec.window);
      rejections.push({ index, code: refusal, reason });
      continue;
    }
    const start = rows * width;
    let isWhole = true;
    for (let column = 0; column < width; column++) {
      const value = row[column] as number;
      features[start + column] = value;
      isWhole &&= isFeature(value, allowMissing[column] as boolean);
    }
    if (!isWhole) {
      rejections.push({ index, ...(requestRefusal(request.value, row, spec) as Refusal) });
      continue;
    }
    rowIndices[rows++] = index;
  }
  return { rows, indices: rowIndices, features, texts, rejections };
}
