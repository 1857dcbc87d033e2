import { createHash } from 'node:crypto';
import { TOPIC_NAMES } from '@driftloop/schemas';
import type { Broker } from '../src/bus/broker.ts';

/** A hash of everything that was written, where and when, to tell one history from another. */
export function digestOf(broker: Broker): string {
  const hash = createHash('sha256');
  for (const topic of TOPIC_NAMES) {
    for (const record of broker.all(topic)) {
      const { partition, offset, key, value } = record;
      hash.update(`${broker.appendedMs(record)}/${topic}/${partition}/${offset}/${key}`);
      for (const field of Object.values(value)) {
        if (field instanceof Uint8Array) hash.update(field);
        else hash.update(JSON.stringify(field) ?? '');
      }
    }
  }
  return hash.digest('hex');
}
