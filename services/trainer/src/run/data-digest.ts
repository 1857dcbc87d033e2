import { createHash } from 'node:crypto';
import type { LabelledRows } from '@driftloop/spec';

/** SHA-256 of everything in the rows, hex: equal for the same rows in the same order. */
export function dataDigest({ width, features, labels, weights, eventTimes }: LabelledRows): string {
  const hash = createHash('sha256').update(String(width));
  for (const part of [features, labels, weights, eventTimes]) {
    hash.update(createHash('sha256').update(part).digest());
  }
  return hash.digest('hex');
}
