import { DriftloopError } from '@driftloop/errors';
import type { KafkaSecurity, Logger } from '@driftloop/service';
import kafkajs, { type logCreator } from 'kafkajs';
import Cluster, { type Broker, type Connection as BrokerConnection } from 'kafkajs/src/cluster/index.js';
import { createLogger } from 'kafkajs/src/loggers/index.js';
import createSocketFactory from 'kafkajs/src/network/socketFactory.js';
import { METADATA_API, METADATA_VERSION, metadataCall, NO_ID } from '../protocol/metadata.ts';
import type { ProtocolCall } from '../protocol/request.ts';
import { kafkaCodeError, kafkaError, typeOf } from './kafka-error.ts';
import { quietRequestQueue } from './quiet-request-queue.ts';
import { kafkaJsSecurity } from './sasl.ts';

/** How to reach Kafka. */
export interface ConnectionOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly logger: Logger;
  /** @default plaintext, without a password */
  readonly security?: KafkaSecurity;
}

quietRequestQueue();

const CONNECT_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** What a broker says of one topic among those that it is asked for. */
const OF_ONE_TOPIC = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'INVALID_TOPIC_EXCEPTION',
  'TOPIC_AUTHORIZATION_FAILED',
]);
const METADATA_MAX_AGE_MS = 60_000;
const LEADER_NOT_AVAILABLE = 5;
const FETCH_API = 1;
/**
 * Fetches have a connection of their own to each broker: a broker answers one connection's requests
 * in turn.
 */
const FETCH_CONNECTION = 1;

/**
 * Connections to the brokers of one cluster, for one user: a producer, a consumer, a reader.
 * Whoever waits long for a response (a join, a fetch) holds nobody else up.
 *
 * After an error the user calls `reset`, and the next request starts from fresh connections: that
 * is simpler than to know every state in which kafkajs may leave a broken one.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #topics = new Set<string>();
  readonly #opening = new Map<BrokerConnection, Promise<BrokerConnection>>();
  #cluster: Promise<Cluster> | undefined;
  #closed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** Partition numbers of a topic and their leaders' node ids (-1 where there is none now). */
  async leaders(topic: string): Promise<ReadonlyMap<number, number>> {
    return this.#run(`look up topic ${topic}`, async (cluster) => {
      await this.#notForOthers(cluster, async () => {
        await this.#know(cluster, topic);
        await cluster.refreshMetadataIfNecessary();
      });
      const partitions = cluster.findTopicPartitionMetadata(topic);
      return new Map(partitions.map(({ partitionId, leader }) => [partitionId, leader]));
    });
  }

  /**
   * A topic's id and partition numbers as they are now, not as they were when last looked up.
   *
   * @returns an id only where brokers have them (Kafka 3.1 and later)
   */
  async describe(
    topic: string,
  ): Promise<{ readonly topicId: string | undefined; readonly partitions: readonly number[] }> {
    const leaders = await this.leaders(topic);
    const nodeId = [...leaders.values()].find((leader) => leader >= 0);
    if (nodeId === undefined) throw kafkaCodeError(`Topic ${topic} has no leader`, LEADER_NOT_AVAILABLE);
    const speaks = await this.onBroker(nodeId, `look up topic ${topic}`, async ({ versions }) => versions);
    if ((speaks?.[METADATA_API]?.maxVersion ?? 0) < METADATA_VERSION) {
      await this.refresh();
      return { topicId: undefined, partitions: [...(await this.leaders(topic)).keys()] };
    }
    const { errorCode, topicId, partitions } = await this.call(nodeId, metadataCall(topic));
    if (errorCode !== 0) throw kafkaCodeError(`Cannot look up topic ${topic}`, errorCode);
    return { topicId: topicId === NO_ID ? undefined : topicId, partitions };
  }

  /** Forgets which broker leads which partition and asks again. */
  async refresh(): Promise<void> {
    await this.#run('refresh metadata', (cluster) =>
      this.#notForOthers(cluster, () => cluster.refreshMetadata()),
    );
  }

  /** Sends a request that is written and read here to one broker. */
  async call<T>(nodeId: number, { request, decode, timeoutMs }: ProtocolCall<T>): Promise<T> {
    const { apiKey, apiVersion, apiName, body } = request;
    return this.#run(`${apiName} request to broker ${nodeId}`, async (cluster) => {
      const broker = await cluster.findBroker({ nodeId });
      const connection = await this.#open(broker, apiKey === FETCH_API ? FETCH_CONNECTION : 0);
      const { result } = await connection.send({
        request: {
          apiKey,
          apiVersion,
          apiName,
          encode: async () => {
            const buffer = body();
            return { buf: buffer, buffer };
          },
        },
        response: {
          decode: async (payload) => {
            const { throttleMs, errorCode, result } = decode(payload);
            if (errorCode !== 0)
              throw new kafkajs.KafkaJSError(`error code ${errorCode}`, { retriable: true });
            return { result, clientSideThrottleTime: throttleMs };
          },
          parse: async (data) => data,
        },
        requestTimeout: timeoutMs,
      });
      return result;
    });
  }

  /** Runs one of kafkajs's own requests on the group's coordinator. */
  async onCoordinator<T>(groupId: string, doing: string, use: (broker: Broker) => Promise<T>): Promise<T> {
    return this.#run(`${doing} of group ${groupId}`, async (cluster) =>
      use(await cluster.findGroupCoordinator({ groupId })),
    );
  }

  /** Runs one of kafkajs's own requests on one broker. */
  async onBroker<T>(nodeId: number, doing: string, use: (broker: Broker) => Promise<T>): Promise<T> {
    return this.#run(doing, async (cluster) => use(await cluster.findBroker({ nodeId })));
  }

  /** Runs one of kafkajs's own requests on the controller. */
  async onController<T>(doing: string, use: (broker: Broker) => Promise<T>): Promise<T> {
    return this.#run(doing, async (cluster) => use(await cluster.findControllerBroker()));
  }

  /** Drops all connections; requests under way fail, the next one connects again. */
  reset(): void {
    const cluster = this.#cluster;
    this.#cluster = undefined;
    cluster?.then(destroy, () => undefined);
  }

  /** Drops all connections for good, at once. */
  close(): void {
    this.#closed = true;
    this.reset();
  }

  async #run<T>(doing: string, use: (cluster: Cluster) => Promise<T>): Promise<T> {
    try {
      if (this.#closed)
        throw new DriftloopError('KAFKA_UNAVAILABLE', `Cannot ${doing}: the bus is closed.`, {
          retriable: false,
        });
      return await use(await this.#connected());
    } catch (error) {
      throw kafkaError(`Cannot ${doing}`, error);
    }
  }

  #connected(): Promise<Cluster> {
    if (this.#cluster) return this.#cluster;
    const cluster = this.#connect();
    this.#cluster = cluster;
    cluster.catch(() => {
      if (this.#cluster === cluster) this.#cluster = undefined;
    });
    return cluster;
  }

  async #connect(): Promise<Cluster> {
    const { brokers, clientId, logger, security = {} } = this.#options;
    const { ssl, sasl } = kafkaJsSecurity(security);
    const cluster = new Cluster({
      brokers,
      clientId,
      ssl,
      sasl,
      logger: createLogger({ level: kafkajs.logLevel.INFO, logCreator: routeLogs(logger) }),
      socketFactory: createSocketFactory(),
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      allowAutoTopicCreation: false,
      retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 },
    });
    try {
      await cluster.connect();
      await this.#notForOthers(cluster, () => cluster.addMultipleTargetTopics([...this.#topics]));
      return cluster;
    } catch (error) {
      destroy(cluster);
      throw error;
    }
  }

  /**
   * kafkajs opens a second socket, and forgets the first, when two requests find a connection
   * closed.
   */
  async #open(broker: Broker, index: number): Promise<BrokerConnection> {
    const key = broker.connectionPool.pool[index];
    if (!key) throw new RangeError(`kafkajs has no connection ${index}`);
    let opening = this.#opening.get(key);
    if (!opening) {
      opening = broker.connectionPool.getConnection(index).finally(() => this.#opening.delete(key));
      this.#opening.set(key, opening);
    }
    return opening;
  }

  /**
   * kafkajs asks for all topics that it knows at once, and has no answer for one where another has
   * been deleted, or may not be seen any more. Then all are forgotten, and it is done again: what
   * it asks for then is only what it is about.
   */
  async #notForOthers(cluster: Cluster, ask: () => Promise<void>): Promise<void> {
    try {
      await ask();
    } catch (error) {
      if (this.#topics.size === 0 || !OF_ONE_TOPIC.has(typeOf(error) ?? '')) throw error;
      this.#topics.clear();
      cluster.targetTopics = new Set();
      await ask();
    }
  }

  async #know(cluster: Cluster, topic: string): Promise<void> {
    if (this.#topics.has(topic)) return;
    await cluster.addMultipleTargetTopics([topic]);
    this.#topics.add(topic);
  }
}

/**
 * Ends a cluster at once; kafkajs's own disconnect waits for responses, a long fetch or join
 * included. Requests that are under way fail, and nothing that still runs in there may connect
 * again.
 */
function destroy(cluster: Cluster): void {
  const refuse = async () => {
    throw new kafkajs.KafkaJSConnectionError('Connection was dropped');
  };
  const { brokerPool } = cluster;
  brokerPool.connectionPoolBuilder.build = refuse;
  const brokers = [...Object.values(brokerPool.brokers), brokerPool.seedBroker];
  for (const broker of new Set(brokers)) {
    for (const connection of broker?.connectionPool.pool ?? []) {
      connection.connect = refuse;
      connection.connectionStatus = 'disconnected';
      connection.requestQueue.destroy();
      connection.rejectRequests(new kafkajs.KafkaJSConnectionError('Connection was dropped'));
      connection.socket?.destroy();
    }
  }
}

/**
 * What kafkajs reports is either followed by an error that is reported here, or of no use to anyone
 * but its makers.
 */
function routeLogs(logger: Logger): logCreator {
  return () => (entry) => {
    const { message, ...rest } = entry.log;
    const details = { kafkajs: entry.namespace, error: rest.error, broker: rest.broker };
    if (entry.level === kafkajs.logLevel.ERROR) logger.debug(details, message);
    else logger.trace(details, message);
  };
}
