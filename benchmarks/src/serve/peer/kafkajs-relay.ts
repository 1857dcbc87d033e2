/**
 * The bare relay: kafkajs hands every record of one topic on to another, same bytes, same
 * partition. It reads no Avro and runs no model, so it is what kafkajs alone costs.
 */
import { Kafka, logLevel, Partitioners } from 'kafkajs';

const { KAFKA_BROKERS = '', RELAY_FROM = '', RELAY_TO = '', RELAY_GROUP = '' } = process.env;

const kafka = new Kafka({ brokers: KAFKA_BROKERS.split(','), logLevel: logLevel.ERROR });
const producer = kafka.producer({ idempotent: true, createPartitioner: Partitioners.DefaultPartitioner });
const consumer = kafka.consumer({ groupId: RELAY_GROUP });
await producer.connect();
await consumer.connect();
await consumer.subscribe({ topic: RELAY_FROM, fromBeginning: true });
await consumer.run({
  eachBatchAutoResolve: false,
  partitionsConsumedConcurrently: 4,
  eachBatch: async ({ batch, resolveOffset, heartbeat }) => {
    const PIECE = 2_000;
    for (let from = 0; from < batch.messages.length; from += PIECE) {
      const messages = batch.messages
        .slice(from, from + PIECE)
        .map(({ key, value }) => ({ key, value, partition: batch.partition }));
      await producer.send({ topic: RELAY_TO, messages, acks: -1 });
    }
    resolveOffset(batch.lastOffset());
    await heartbeat();
  },
});

process.once('SIGTERM', async () => {
  await consumer.disconnect();
  await producer.disconnect();
  process.exit(0);
});
process.once('disconnect', () => process.exit(1));
