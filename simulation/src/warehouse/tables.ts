import type { BusRecord } from '@driftloop/bus';
import { TOPIC_NAMES, TOPICS, type TopicName } from '@driftloop/schemas';
import type { Random } from '@driftloop/stats';
import type { Broker } from '../bus/broker.ts';
import type { VirtualTime } from '../time/virtual-time.ts';

/** Topics that are not kept: those that only services read, and what no service writes or reads. */
const NOT_STORED: ReadonlySet<TopicName> = new Set([
  'drift.sketches',
  'service.checkpoints',
  'letter.decisions',
  'access.tokens',
  'access.uses',
  'access.answers',
  'access.audit',
  'notification.rules',
  'notification.events',
  'model.notes',
]);

type Rows<T extends TopicName> = Map<string, BusRecord<T>[]>;

/** What ClickHouse holds in one world: the topics, a while after they were written. */
export class Tables {
  readonly #time: VirtualTime;
  readonly #broker: Broker;
  readonly #random: Random;
  readonly #ingested = new Map<TopicName, number[]>();
  readonly #due = new Set<string>();
  readonly #waiting = new Set<() => void>();
  /** By model and request id, in the order of Kafka. */
  readonly requests: Rows<'inference.requests'> = new Map();
  readonly predictions: Rows<'inference.predictions'> = new Map();
  readonly labels: Rows<'inference.labels'> = new Map();
  /** Until when nothing is read from a topic, milliseconds of virtual time. */
  readonly stalledUntilMs = new Map<TopicName, number>();

  constructor(time: VirtualTime, broker: Broker, random: Random) {
    this.#time = time;
    this.#broker = broker;
    this.#random = random;
    for (const topic of TOPIC_NAMES) {
      if (NOT_STORED.has(topic) || TOPICS[topic] === undefined) continue;
      const positions = Array.from({ length: broker.partitions(topic) }, () => 0);
      this.#ingested.set(topic, positions);
      broker.listen(topic, (partition) => this.#schedule(topic, partition));
      for (const partition of positions.keys()) this.#schedule(topic, partition);
    }
  }

  /** One past the newest offset that can be queried, by partition. */
  ingested(topic: TopicName): readonly number[] {
    return this.#ingested.get(topic) ?? [];
  }

  /** Calls back after each reading. @returns a function that ends it */
  onIngest(listener: () => void): () => void {
    this.#waiting.add(listener);
    return () => this.#waiting.delete(listener);
  }

  #schedule(topic: TopicName, partition: number): void {
    const key = `${topic}/${partition}`;
    if (this.#due.has(key)) return;
    this.#due.add(key);
    const stalledMs = (this.stalledUntilMs.get(topic) ?? 0) - this.#time.nowMs;
    this.#time.after(Math.max(stalledMs, 20 + 600 * this.#random.uniform()), undefined, () => {
      this.#due.delete(key);
      if ((this.stalledUntilMs.get(topic) ?? 0) > this.#time.nowMs) this.#schedule(topic, partition);
      else this.#read(topic, partition);
    });
  }

  #read(topic: TopicName, partition: number): void {
    const positions = this.#ingested.get(topic) ?? [];
    const from = positions[partition] ?? 0;
    const log = this.#broker.records(topic, partition);
    if (log.length === from) return;
    for (let offset = from; offset < log.length; offset++) this.#index(log[offset] as BusRecord);
    positions[partition] = log.length;
    for (const listener of [...this.#waiting]) listener();
  }

  #index(record: BusRecord): void {
    switch (record.topic) {
      case 'inference.requests':
        push(this.requests, rowKey(record.value.model, record.value.requestId), record);
        break;
      case 'inference.predictions':
        push(this.predictions, rowKey(record.value.model, record.value.requestId), record);
        break;
      case 'inference.labels':
        push(this.labels, rowKey(record.value.model, record.value.requestId), record);
        break;
      default:
        break;
    }
  }
}

/** Ids are free text: the length keeps model and id apart. */
export function rowKey(model: string, requestId: string): string {
  return `${model.length}/${model}/${requestId}`;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
