import { DriftloopError } from '@driftloop/errors';
import type { Logger } from '@driftloop/service';
import type { Connection } from '../kafka/connection.ts';
import {
  assignPartitions,
  PROTOCOL_NAME,
  readAssignment,
  readSubscription,
  writeAssignment,
  writeSubscription,
} from '../kafka/group-protocol.ts';
import { typeOf } from '../kafka/kafka-error.ts';
import { retry } from '../retry.ts';
import { commitMetadata } from './commit-metadata.ts';
import { type Moment, moment } from './lease.ts';

/** A partition by its topic's name on Kafka. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** What is committed of a partition. */
export interface CommittedOffset extends TopicPartition {
  /** Next offset to be read. */
  readonly offset: number;
  /** Of the topic that the offset is one of; undefined where brokers tell none. */
  readonly topicId: string | undefined;
}

/** What a member may read until the group changes. */
export interface Generation {
  readonly id: number;
  readonly memberId: string;
  /** When the group was last told, before it had this generation begin, that the member lives. */
  readonly joinedAt: Moment;
  readonly partitions: readonly TopicPartition[];
}

/** Settings of a GroupMember. */
export interface MemberOptions {
  readonly connection: Connection;
  readonly logger: Logger;
  /** With prefix. */
  readonly group: string;
  /** Names on Kafka. */
  readonly topics: readonly string[];
  /** A member that is silent for longer is expelled. */
  readonly sessionTimeoutMs: number;
  /** How long the group waits for members to finish what is in hand. */
  readonly rebalanceTimeoutMs: number;
}

/** Errors after which a member must join again under a new name. */
const EXPELLED = new Set(['UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID']);
/** Errors that say that this generation is over. */
const OVER = new Set(['ILLEGAL_GENERATION', ...EXPELLED]);
const REBALANCING = 'REBALANCE_IN_PROGRESS';
const CHECK_PARTITIONS_MS = 5_000;

/**
 * Membership in a consumer group (Kafka's classic rebalance protocol). Commits and heartbeats name
 * the generation they belong to, so that the broker refuses those that come too late.
 *
 * kafkajs's consumer joins again as soon as it hears of a rebalance, and a commit that it repeats
 * after that takes the new generation. Here the owner decides when to join, and a commit keeps its
 * generation.
 */
export class GroupMember {
  readonly #options: MemberOptions;
  #memberId = '';
  #partitionCounts: ReadonlyMap<string, number> | undefined;
  #isOutgrown = false;
  #checkPartitionsAt = 0;

  constructor(options: MemberOptions) {
    this.#options = options;
  }

  /** Joins, waiting for the others. Ends with the signal's abort or an error that does not pass. */
  async join(signal: AbortSignal): Promise<Generation> {
    const { connection, logger, group } = this.#options;
    return retry(`joining group ${group}`, () => this.#joinOnce(), {
      logger,
      signal,
      onRetry: (error) => {
        const type = typeOf(error);
        if (type !== undefined && EXPELLED.has(type)) this.#memberId = '';
        // Another member came or went meanwhile: the connection is fine.
        if (type !== REBALANCING && !OVER.has(type ?? '')) connection.reset();
      },
    });
  }

  /** Tells the group that this member lives, and hears whether the generation does. */
  async heartbeat({ id, memberId }: Generation): Promise<'ok' | 'rebalancing' | 'lost'> {
    const { connection, group } = this.#options;
    try {
      await connection.onCoordinator(group, 'send a heartbeat', (broker) =>
        broker.heartbeat({ groupId: group, groupGenerationId: id, memberId }),
      );
    } catch (error) {
      return this.#verdictOn(error);
    }
    return this.#partitionsChanged() ? 'rebalancing' : 'ok';
  }

  /** Commits next offsets to be read. The broker takes them only while the generation lives. */
  async commit(
    { id, memberId }: Generation,
    offsets: readonly CommittedOffset[],
  ): Promise<'ok' | 'rebalancing' | 'lost'> {
    const { connection, group } = this.#options;
    const topics = [...new Set(offsets.map(({ topic }) => topic))].map((topic) => ({
      topic,
      partitions: offsets
        .filter((entry) => entry.topic === topic)
        .map(({ partition, offset, topicId }) => ({
          partition,
          offset: String(offset),
          metadata: commitMetadata(topicId),
        })),
    }));
    try {
      await connection.onCoordinator(group, 'commit offsets', (broker) =>
        broker.offsetCommit({ groupId: group, groupGenerationId: id, memberId, topics }),
      );
      return 'ok';
    } catch (error) {
      return this.#verdictOn(error);
    }
  }

  /** Leaves, so that the others need not wait for the session to time out. */
  async leave(): Promise<void> {
    const { connection, group } = this.#options;
    const memberId = this.#memberId;
    if (memberId === '') return;
    this.#memberId = '';
    await connection
      .onCoordinator(group, 'leave', (broker) => broker.leaveGroup({ groupId: group, memberId }))
      .catch((error: unknown) => this.#options.logger.debug({ err: error }, 'leaving the group failed'));
  }

  async #joinOnce(): Promise<Generation> {
    const { connection, group, topics, sessionTimeoutMs, rebalanceTimeoutMs } = this.#options;
    return connection.onCoordinator(group, 'join', async (broker) => {
      try {
        const joined = await broker.joinGroup({
          groupId: group,
          sessionTimeout: sessionTimeoutMs,
          rebalanceTimeout: rebalanceTimeoutMs,
          memberId: this.#memberId,
          groupProtocols: [{ name: PROTOCOL_NAME, metadata: writeSubscription(topics) }],
        });
        this.#memberId = joined.memberId;
        this.#partitionCounts = undefined;
        this.#isOutgrown = false;
        const joinedAt = moment();
        const leads = joined.leaderId === joined.memberId;
        const { memberAssignment } = await broker.syncGroup({
          groupId: group,
          generationId: joined.generationId,
          memberId: joined.memberId,
          groupAssignment: leads ? await this.#assign(joined.members) : [],
        });
        const assignment = readAssignment(memberAssignment);
        return {
          id: joined.generationId,
          memberId: joined.memberId,
          joinedAt,
          partitions: [...assignment].flatMap(([topic, partitions]) =>
            partitions.map((partition) => ({ topic, partition })),
          ),
        };
      } catch (error) {
        const type = typeOf(error) ?? '';
        if (type !== REBALANCING && !OVER.has(type)) throw error;
        throw new DriftloopError('KAFKA_UNAVAILABLE', `Group ${group} changed while it was joined: ${type}`, {
          cause: error,
        });
      }
    });
  }

  async #assign(
    members: readonly { memberId: string; memberMetadata: Buffer }[],
  ): Promise<{ memberId: string; memberAssignment: Buffer }[]> {
    const subscribed = members.map(({ memberId, memberMetadata }) => ({
      memberId,
      topics: readSubscription(memberMetadata),
    }));
    await this.#options.connection.refresh();
    const partitions = await this.#partitions(new Set(subscribed.flatMap(({ topics }) => topics)));
    this.#partitionCounts = new Map([...partitions].map(([topic, numbers]) => [topic, numbers.length]));
    this.#checkPartitionsAt = performance.now() + CHECK_PARTITIONS_MS;
    return [...assignPartitions(subscribed, partitions)].map(([memberId, assignment]) => ({
      memberId,
      memberAssignment: writeAssignment(assignment),
    }));
  }

  async #partitions(topics: Iterable<string>): Promise<Map<string, number[]>> {
    const partitions = new Map<string, number[]>();
    for (const topic of topics) {
      const { partitions: numbers } = await this.#options.connection.describe(topic);
      partitions.set(
        topic,
        [...numbers].sort((a, b) => a - b),
      );
    }
    return partitions;
  }

  /**
   * Whether a topic has got more partitions since the leader, this member, shared them out. No
   * heartbeat waits for the lookup.
   */
  #partitionsChanged(): boolean {
    const counts = this.#partitionCounts;
    if (!counts) return false;
    if (performance.now() >= this.#checkPartitionsAt) {
      this.#checkPartitionsAt = performance.now() + CHECK_PARTITIONS_MS;
      this.#partitions(counts.keys())
        .then((now) => {
          const isChanged = [...counts].some(([topic, count]) => now.get(topic)?.length !== count);
          if (isChanged && counts === this.#partitionCounts) this.#isOutgrown = true;
        })
        .catch((error: unknown) => this.#options.logger.debug({ err: error }, 'counting partitions failed'));
    }
    return this.#isOutgrown;
  }

  #verdictOn(error: unknown): 'rebalancing' | 'lost' {
    const type = typeOf(error);
    if (type === REBALANCING) return 'rebalancing';
    if (type === undefined || !OVER.has(type)) throw error;
    if (EXPELLED.has(type)) this.#memberId = '';
    return 'lost';
  }
}
