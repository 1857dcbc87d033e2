import { TOPICS } from '@driftloop/schemas';
import { Kafka, logLevel } from 'kafkajs';
import { PARTITIONS } from './input-log.ts';

/**
 * Topics whose records keep the timestamps that they are sent with: the log, and when versions went
 * live before it.
 */
const TIMED_TOPICS = ['inference.requests', 'inference.labels', 'model.events'] as const;

/**
 * Makes the topics of a log with times of its own, before a service makes them as driftloop does.
 *
 * @param brokers host:port, separated by commas
 * @param topicPrefix put before their names
 */
export async function createTimedTopics(brokers: string, topicPrefix = ''): Promise<void> {
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.ERROR }).admin();
  await admin.connect();
  try {
    // Whoever opens the topics next waits for their leaders, and longer than kafkajs does here.
    await admin.createTopics({
      waitForLeaders: false,
      topics: TIMED_TOPICS.map((topic) => ({
        topic: `${topicPrefix}${topic}`,
        numPartitions: TOPICS[topic].partitions === 'perInput' ? PARTITIONS : TOPICS[topic].partitions,
        replicationFactor: 1,
        configEntries: [
          { name: 'message.timestamp.type', value: 'CreateTime' },
          // The log may be of last year.
          { name: 'retention.ms', value: '-1' },
        ],
      })),
    });
  } finally {
    await admin.disconnect();
  }
}
