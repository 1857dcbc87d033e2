import type { TopicName } from '@driftloop/schemas';
import type { Instance } from '../instance/instance.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import type { Broker } from './broker.ts';

/** A partition that a member may read. */
export interface Assigned {
  readonly topic: TopicName;
  readonly partition: number;
}

/** What a member is told when a rebalance is over. */
export interface Generation {
  readonly id: number;
  readonly partitions: readonly Assigned[];
}

/** A consumer as its group sees it. */
export interface Member {
  readonly id: string;
  readonly instance: Instance;
  readonly topics: readonly TopicName[];
  /** The group rebalances: finish what is in hand and join again. */
  onRebalance(): void;
  /** The group has given this member's partitions to others. */
  onLost(): void;
}

interface Joined {
  readonly member: Member;
  /** Waits for the rebalance to end; undefined while the member works in a generation. */
  waiting: ((generation: Generation) => void) | undefined;
}

/** The broker expels members that are silent for longer. */
export const SESSION_MS = 10_000;
/** A living member is heard from at least so often. */
const HEARTBEAT_MS = 1_000;
/** How often the leader counts partitions. */
const CHECK_PARTITIONS_MS = 5_000;
/** How long a rebalance waits for members to finish what is in hand. */
const REBALANCE_MS = 60_000;

/**
 * A consumer group as Kafka's classic protocol has it. A member learns of a rebalance, and that it
 * was expelled, with its next heartbeat; until then it works on, which is what makes zombies.
 */
export class Group {
  readonly #time: VirtualTime;
  readonly #broker: Broker;
  readonly #members = new Map<string, Joined>();
  readonly #committed = new Map<string, number>();
  #generation = 0;
  #rebalance = 0;

  constructor(time: VirtualTime, broker: Broker) {
    this.#time = time;
    this.#broker = broker;
  }

  get members(): Iterable<Member> {
    return [...this.#members.values()].map(({ member }) => member);
  }

  committed({ topic, partition }: Assigned): number | undefined {
    return this.#committed.get(`${topic}/${partition}`);
  }

  /** Resolves with the generation that the member is in when all others have joined too. */
  join(member: Member): Promise<Generation> {
    return new Promise((resolve) => {
      this.#members.set(member.id, { member, waiting: resolve });
      this.#begin();
    });
  }

  leave(member: Member): void {
    if (this.#members.delete(member.id)) this.#begin();
  }

  /** Its leader finds that a topic has more partitions than it had shared out. */
  grown(topic: TopicName): void {
    const [leader] = this.#members.values();
    if (!leader?.member.topics.includes(topic)) return;
    const { instance } = leader.member;
    instance.after(CHECK_PARTITIONS_MS * instance.random.uniform(), () => this.#begin());
  }

  /** Forgets a member of which nothing was heard. */
  expel(member: Member): void {
    const joined = this.#members.get(member.id);
    if (!joined) return;
    this.#members.delete(member.id);
    this.#tell(member, () => member.onLost());
    this.#begin();
  }

  /** Takes commits of the current generation, also while it is being ended. */
  commit(member: Member, generation: number, offsets: Iterable<readonly [string, number]>): 'ok' | 'lost' {
    if (generation !== this.#generation || !this.#members.has(member.id)) return 'lost';
    for (const [partition, offset] of offsets) this.#committed.set(partition, offset);
    return 'ok';
  }

  /** Members of this instance are not heard from any more, or for now. */
  silent(instance: Instance): void {
    for (const { member } of this.#members.values()) {
      if (member.instance !== instance) continue;
      const lastHeardMs = HEARTBEAT_MS * instance.random.uniform();
      this.#time.after(SESSION_MS - lastHeardMs, undefined, () => {
        if (instance.state !== 'running') this.expel(member);
      });
    }
  }

  /** Tells members what is to know, and waits for those that work. */
  #begin(): void {
    const rebalance = ++this.#rebalance;
    for (const { member, waiting } of this.#members.values()) {
      if (!waiting) this.#tell(member, () => member.onRebalance());
    }
    this.#complete();
    this.#time.after(REBALANCE_MS, undefined, () => {
      if (rebalance !== this.#rebalance) return;
      for (const { member, waiting } of [...this.#members.values()]) if (!waiting) this.expel(member);
    });
  }

  /** With the next heartbeat. */
  #tell(member: Member, what: () => void): void {
    const { instance } = member;
    instance.after(HEARTBEAT_MS * instance.random.uniform() + instance.latencyMs(), what);
  }

  /** Shares the partitions out once everyone has joined. */
  #complete(): void {
    const joined = [...this.#members.values()];
    if (joined.length === 0 || joined.some(({ waiting }) => !waiting)) return;
    this.#rebalance++;
    const id = ++this.#generation;
    const ids = [...this.#members.keys()].sort();
    for (const entry of joined) {
      const { member, waiting } = entry;
      const place = ids.indexOf(member.id);
      const partitions = member.topics.flatMap((topic) =>
        Array.from({ length: this.#broker.partitions(topic) }, (_, partition) => ({ topic, partition })),
      );
      const own = partitions.filter(({ partition }) => partition % ids.length === place);
      entry.waiting = undefined;
      member.instance.after(member.instance.latencyMs(), () => waiting?.({ id, partitions: own }));
    }
  }
}
