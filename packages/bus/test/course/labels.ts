import type { InferenceLabel } from '@driftloop/schemas';

/**
 * The topic of this course: what turned out to be true of a request. Its schema is
 * `schemas/avro/inference.labels.avsc`.
 */
export const TOPIC = 'inference.labels';

/** A record of it: request `r-<number>` was of class `number`. */
export function label(number: number): { key: string; value: InferenceLabel } {
  const requestId = `r-${number}`;
  return { key: requestId, value: { requestId, model: 'course', label: number, eventTime: number } };
}

/** Records `from` to `to`, the last one included, for one partition. */
export function labels(from: number, to: number, partition: number) {
  return Array.from({ length: to - from + 1 }, (_, i) => ({ ...label(from + i), partition }));
}

/** What the records say, for comparing. */
export function numbersOf(records: readonly { readonly value: InferenceLabel }[]): number[] {
  return records.map(({ value }) => value.label);
}
