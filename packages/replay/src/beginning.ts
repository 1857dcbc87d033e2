import type { Connections } from '@driftloop/connections';
import type { ReplayRecord } from '@driftloop/drift';
import type { ModelEvent, ModelSpec } from '@driftloop/schemas';
import type { Beginning } from './loop/rehearsed-registry.ts';

/**
 * Where a model stood when a slice begins: what model.events told of it before the slice's first
 * request. What came later is not known yet.
 */
export async function beginningOf(
  { bus, registry }: Pick<Connections, 'bus' | 'registry'>,
  spec: ModelSpec,
  records: readonly ReplayRecord[],
): Promise<Beginning> {
  const { model } = spec;
  let begin = Number.POSITIVE_INFINITY;
  for (const { topic, value, timestamp } of records)
    if (topic === 'inference.requests' && value.model === model) begin = Math.min(begin, timestamp);
  const events: ModelEvent[] = [];
  for await (const batch of bus.slice('model.events', { by: 'offset' })) {
    for (const { value, timestamp } of batch)
      if (value.model === model && timestamp <= begin) events.push(value);
  }
  return { spec, events, artifact: (version) => registry.artifact(model, version) };
}
