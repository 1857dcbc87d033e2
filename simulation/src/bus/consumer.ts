import type { BusRecord, ConsumeOptions, Consumer, ConsumerHealth, RefusedAt } from '@driftloop/bus';
import { Semaphore } from '@driftloop/bus';
import type { TopicName } from '@driftloop/schemas';
import type { Instance } from '../instance/instance.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import type { Broker } from './broker.ts';
import { Committer } from './committer.ts';
import { type Assigned, type Generation, type Group, type Member, SESSION_MS } from './group.ts';
import { Lane } from './lane.ts';

/** What a consumer works with. */
export interface ConsumerParts<T extends TopicName> {
  readonly id: string;
  readonly time: VirtualTime;
  readonly broker: Broker;
  readonly group: Group;
  readonly instance: Instance;
  readonly options: ConsumeOptions<T>;
  blockedUntilMs(topic: TopicName, partition: number): number;
  writeDeadLetters(records: readonly BusRecord<T>[], letters: readonly RefusedAt[]): Promise<void>;
}

/** How long a member may act on its partitions without an answer of the group. */
const LEASE_MS = 0.9 * SESSION_MS;

/**
 * A consumer in a group, with the promises of the one over Kafka: one generation at a time, nothing
 * of it in hand when the next begins.
 */
export class SimulatedConsumer<T extends TopicName> implements Consumer {
  readonly #parts: ConsumerParts<T>;
  readonly #member: Member;
  readonly #semaphore: Semaphore;
  #state: ConsumerHealth['detail']['state'] = 'joining';
  #generation = -1;
  #lanes: Lane<T>[] = [];
  #assigned: readonly Assigned[] = [];
  #closing = false;
  #isLost = false;
  #endGeneration: () => void = () => undefined;
  #ended: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  constructor(parts: ConsumerParts<T>) {
    const { id, instance, options } = parts;
    this.#parts = parts;
    this.#semaphore = new Semaphore(options.concurrency ?? Number.POSITIVE_INFINITY);
    this.#member = {
      id,
      instance,
      topics: options.topics,
      onRebalance: () => this.#endGeneration(),
      onLost: () => {
        this.#isLost = true;
        this.#endGeneration();
      },
    };
  }

  /** Resolves when the group has taken this consumer in. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      let isStarted = false;
      const onStarted = () => {
        isStarted = true;
        resolve();
      };
      this.#ended = this.#loop(onStarted).catch((error: unknown) => {
        this.#state = 'failed';
        if (!isStarted) reject(error);
        else if (this.#parts.options.onCrash) this.#parts.options.onCrash(error);
        else throw error;
      });
    });
  }

  lag(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.lag, 0);
  }

  health(): ConsumerHealth {
    const runs = this.#state === 'running' || this.#state === 'joining';
    return {
      ok: runs,
      detail: {
        state: this.#state,
        group: this.#parts.options.group,
        generation: this.#generation,
        partitions: this.#assigned.map(({ topic, partition }) => `${topic}/${partition}`),
        lastTickAgeMs: 0,
        lastAnswerAgeMs: 0,
        waiting: {},
        busyMs: 0,
        lag: this.lag(),
        lagMs: 0,
        topics: this.#parts.options.topics,
        records: 0,
        badRecords: 0,
        deadLetters: 0,
        deadLettersBy: {},
      },
    };
  }

  pause(): void {
    throw new Error('The simulated bus cannot pause a consumer: nothing of driftloop does.');
  }

  resume(): void {}

  async close(): Promise<void> {
    this.#closing = true;
    this.#endGeneration();
    await this.#ended;
  }

  async #loop(onStarted: () => void): Promise<void> {
    const { group, instance } = this.#parts;
    try {
      while (!this.#closing) {
        this.#state = 'joining';
        const generation = await this.#join();
        if (!generation) break;
        await this.#run(generation, onStarted);
        if (this.#failure) throw this.#failure.error;
      }
      this.#state = 'closed';
    } finally {
      instance.send(instance.latencyMs(), () => group.leave(this.#member));
    }
  }

  /** A join waits for the others: closing does not wait for it. */
  #join(): Promise<Generation | undefined> {
    const { group, instance } = this.#parts;
    return new Promise((resolve) => {
      this.#endGeneration = () => {
        if (this.#closing) resolve(undefined);
      };
      instance.send(instance.latencyMs(), () => {
        if (instance.state !== 'dead') void group.join(this.#member).then(resolve);
      });
    });
  }

  async #run(generation: Generation, onStarted: () => void): Promise<void> {
    const { time, broker, group, instance, options } = this.#parts;
    let isOver = this.#closing;
    let isLost = false;
    const joinedMs = time.nowMs;
    // A member that stood still knows by its own clock that its lease is over, and joins anew: its
    // group may have missed it by less.
    const isStale = () => {
      if (!isLost && instance.resumedMs - Math.max(instance.pausedMs, joinedMs) > LEASE_MS) {
        isLost = true;
        this.#endGeneration();
      }
      return isLost;
    };
    this.#isLost = false;
    this.#generation = generation.id;
    this.#assigned = generation.partitions;
    const over = new Promise<void>((resolve) => {
      this.#endGeneration = () => {
        isOver = true;
        if (this.#isLost) isLost = true;
        resolve();
      };
      if (isOver) resolve();
    });
    const committer = new Committer(time, {
      group,
      member: this.#member,
      generation: generation.id,
      onLost: this.#member.onLost,
    });
    const fail = (error: unknown) => {
      this.#failure ??= { error };
      this.#endGeneration();
    };
    const positions = await instance.ask(() =>
      generation.partitions.map((assigned) => {
        const begin = options.fromBeginning === false ? broker.high(assigned.topic, assigned.partition) : 0;
        const committed = group.committed(assigned);
        if (committed === undefined && options.fromBeginning === false)
          committer.add(`${assigned.topic}/${assigned.partition}`, begin);
        return { ...assigned, offset: committed ?? begin };
      }),
    );
    this.#lanes = positions.map(
      ({ topic, partition, offset }) =>
        new Lane<T>({
          instance,
          broker,
          options,
          topic: topic as T,
          partition,
          committed: offset,
          semaphore: this.#semaphore,
          isStale,
          commit: (next) => committer.add(`${topic}/${partition}`, next),
          writeDeadLetters: this.#parts.writeDeadLetters,
          blockedUntilMs: () => this.#parts.blockedUntilMs(topic, partition),
          nowMs: () => time.nowMs,
        }),
    );
    const unlisten = this.#listen(positions);
    this.#state = 'running';
    const running = this.#lanes.map((lane) => lane.run().catch(fail));
    onStarted();
    await over;
    for (const lane of this.#lanes) lane.stop(this.#failure === undefined);
    await Promise.all(running);
    if (!isStale()) await committer.flush();
    isLost = true;
    unlisten();
    this.#lanes = [];
    options.onRevoked?.();
  }

  /** The fetch that waits on the broker is answered when a partition grows. */
  #listen(positions: readonly Assigned[]): () => void {
    const { broker, instance } = this.#parts;
    const ends = [...new Set(positions.map(({ topic }) => topic))].map((topic) =>
      broker.listen(topic, (partition) => {
        const index = positions.findIndex((p) => p.topic === topic && p.partition === partition);
        if (instance.admits(() => this.#lanes[index]?.wake())) this.#lanes[index]?.wake();
      }),
    );
    const unlisten = () => {
      for (const end of ends) end();
    };
    instance.onDeath(unlisten);
    return unlisten;
  }
}
