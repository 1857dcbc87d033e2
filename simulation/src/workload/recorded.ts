import type { BusRecord } from '@driftloop/bus';
import type { TopicName } from '@driftloop/schemas';
import type { Broker } from '../bus/broker.ts';
import type { Input, Workload } from './workload.ts';

/** What the drift services read and do not write. */
const READ: readonly TopicName[] = [
  'model.specs',
  'model.events',
  'inference.requests',
  'inference.predictions',
  'inference.labels',
  'dead.letters',
];

/**
 * The log of a run as traffic for another one: what the drift services read, when it was written.
 */
export function recordedWorkload(broker: Broker, original: Workload): Workload {
  const inputs = READ.flatMap((topic) => broker.all(topic))
    .filter(isNotTheirs)
    .map((record, index) => ({ input: inputOf(broker, record), index }));
  inputs.sort((a, b) => a.input.atMs - b.input.atMs || a.index - b.index);
  return {
    ...original,
    name: `the log of ${original.name}`,
    inputs: inputs.map(({ input }) => input),
    mostOnWayMs: 0,
  };
}

/** Dead letters of the drift services are what the run concludes, not what it reads. */
function isNotTheirs(record: BusRecord): boolean {
  return record.topic !== 'dead.letters' || record.value.service === 'inference';
}

function inputOf(broker: Broker, record: BusRecord): Input {
  const { topic, partition, key, value, timestamp } = record;
  return { atMs: broker.appendedMs(record), topic, partition, key, value, timestamp };
}
