import { DriftloopError } from '@driftloop/errors';
import { TOPIC_NAMES, type TopicName } from '@driftloop/schemas';
import type { Codec } from './codec/codec.ts';
import { partsOf, typeOf } from './kafka/kafka-error.ts';
import { type Lookup, listOffsets } from './kafka/offsets.ts';
import { retry } from './retry.ts';
import { partitionCount, topicConfig } from './topics.ts';

const ADMIN_TIMEOUT_MS = 60_000;
const CREATE_TIMEOUT_MS = 10_000;
/** The broker's own default. */
const DEFAULT_REPLICATION = -1;

/** What topics are made with. */
export interface AdminParts extends Lookup {
  readonly codec: Codec;
  readonly topicPrefix: string;
  readonly inputPartitions: number;
}

/**
 * Creates the topics that are missing and registers every schema. What is there stays as it is. Any
 * number of processes may do so at the same time.
 *
 * @throws DriftloopError KAFKA_UNAVAILABLE, REGISTRY_UNAVAILABLE after a minute of attempts;
 *   SCHEMA_INCOMPATIBLE; CONFIG_INVALID when existing topics do not fit each other
 */
export async function ensureTopics(parts: AdminParts): Promise<void> {
  const { codec, connection, logger, topicPrefix } = parts;
  const options = { logger, deadlineMs: ADMIN_TIMEOUT_MS };
  await retry('creating topics', () => createMissing(parts), {
    ...options,
    onRetry: () => connection.reset(),
  });
  // One after the other: a registry does not get quicker by being asked for everything at once, and
  // slow answers are asked for again.
  for (const topic of TOPIC_NAMES) {
    await retry(`registering the schema of ${topic}`, () => codec.ids.own(topic), options);
  }
  const requests = await partitionsOf(parts, `${topicPrefix}inference.requests`);
  const predictions = await partitionsOf(parts, `${topicPrefix}inference.predictions`);
  if (requests === predictions) return;
  throw new DriftloopError(
    'CONFIG_INVALID',
    `${topicPrefix}inference.requests has ${requests} partitions and ${topicPrefix}inference.predictions has ` +
      `${predictions}. An answer lies on its request's partition: give both topics the same number.`,
  );
}

/** Number of partitions of a topic. */
export async function partitionsOf(lookup: Lookup, name: string): Promise<number> {
  return (await listOffsets(lookup, name, 'latest')).size;
}

const TOPIC_RESOURCE = 2;
const TIMESTAMP_TYPE = 'message.timestamp.type';

/**
 * Whether the broker sets the timestamps of a topic's records (LogAppendTime): they then hardly
 * ever fall within a partition. Otherwise they are what producers said: in any order, -1 for none;
 * so it is taken to be where this process may not read the topic's settings.
 */
export async function isAppendTime({ connection, logger }: Lookup, name: string): Promise<boolean> {
  const resources = [{ type: TOPIC_RESOURCE, name, configNames: [TIMESTAMP_TYPE] }];
  const described = await retry(
    `describing ${name}`,
    () => connection.onController('describe a topic', (broker) => broker.describeConfigs({ resources })),
    { logger, deadlineMs: ADMIN_TIMEOUT_MS, onRetry: () => connection.reset() },
  ).catch((error: unknown) => {
    logger.warn(
      { topic: name, err: error },
      "its settings cannot be read: timestamps are taken for producers' own",
    );
    return undefined;
  });
  const entries = described?.resources[0]?.configEntries ?? [];
  return entries.some(
    (entry) => entry.configName === TIMESTAMP_TYPE && entry.configValue === 'LogAppendTime',
  );
}

async function createMissing({
  connection,
  logger,
  topicPrefix,
  inputPartitions,
}: AdminParts): Promise<void> {
  const missing: TopicName[] = [];
  for (const topic of TOPIC_NAMES) {
    if (!(await exists(() => connection.leaders(`${topicPrefix}${topic}`)))) missing.push(topic);
  }
  if (missing.length === 0) return;
  const topics = missing.map((topic) => ({
    topic: `${topicPrefix}${topic}`,
    numPartitions: partitionCount(topic, inputPartitions),
    replicationFactor: DEFAULT_REPLICATION,
    configEntries: topicConfig(topic),
  }));
  await connection.onController('create topics', async (broker) => {
    try {
      await broker.createTopics({ topics, timeout: CREATE_TIMEOUT_MS });
    } catch (error) {
      // Another process was quicker.
      const others = partsOf(error).filter((part) => typeOf(part) !== 'TOPIC_ALREADY_EXISTS');
      if (others.length > 0) throw others[0];
    }
  });
  logger.info({ topics: topics.map(({ topic }) => topic) }, 'created topics');
  // A new topic has no leaders for a moment.
  for (const topic of missing) await connection.leaders(`${topicPrefix}${topic}`);
}

async function exists(lookup: () => Promise<unknown>): Promise<boolean> {
  try {
    await lookup();
    return true;
  } catch (error) {
    if (typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return false;
    throw error;
  }
}
