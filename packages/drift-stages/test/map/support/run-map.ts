/** A process that runs the map until it is killed, or told to stop. */
import { createBus } from '@driftloop/bus';
import { startMap } from './map.ts';

const { KAFKA_BROKERS = '', SCHEMA_REGISTRY_URL = '', TOPIC_PREFIX = '' } = process.env;
const bus = createBus({
  brokers: [KAFKA_BROKERS],
  registryUrl: SCHEMA_REGISTRY_URL,
  topicPrefix: TOPIC_PREFIX,
  clientId: 'map',
  sessionTimeoutMs: 6_000,
});
const producer = await bus.producer();
const fail = (error: unknown) => {
  console.error(error);
  process.exit(1);
};
const stage = await startMap({ bus, producer, fail });
process.on('SIGTERM', async () => {
  await stage.stop();
  await producer.close();
  await bus.close();
});
