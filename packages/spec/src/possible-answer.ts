import type { InferencePrediction } from '@driftloop/schemas';

/**
 * Whether an answer can be one of the inference service: versions count from 1, partitions and
 * offsets from 0. Others that can write to inference.predictions may say anything.
 */
export function isPossibleAnswer({
  version,
  requestPartition,
  requestOffset,
}: Pick<InferencePrediction, 'version' | 'requestPartition' | 'requestOffset'>): boolean {
  return version >= 1 && requestPartition >= 0 && requestOffset >= 0;
}
