import { createHash } from 'node:crypto';
import type { Outgoing } from '@driftloop/bus';
import type { PayloadEvent } from '@driftloop/schemas';
import type { ModelNames } from './model-names.ts';
import type { LoggedHalf } from './read-events.ts';

/** Where an event was read from, where that is a topic. */
export type EventSource = Pick<PayloadEvent, 'source' | 'sourcePartition' | 'sourceOffset'>;

/** Both halves of a call have one key, and so lie on one partition. */
export function payloadRecord(
  half: LoggedHalf,
  modelOf: ModelNames,
  source: EventSource = { source: '', sourcePartition: -1, sourceOffset: -1 },
): Outgoing<'payload.events'> {
  const model = modelOf(half);
  const { callId, time, endpoint: version, body } = half;
  const value = { model, callId, half: half.half, time, version, body, ...source };
  return { key: keyOf(model, callId), value };
}

/** Ids are free text of any length: what is long is hashed. */
function keyOf(model: string, callId: string): string {
  const key = `${model}/${callId}`;
  return key.length <= 200 ? key : createHash('sha256').update(key).digest('hex');
}
