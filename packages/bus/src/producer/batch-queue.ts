import {
  type OutgoingRecord,
  type ProducerIdentity,
  recordSizeBound,
  writeRecordBatch,
} from '../protocol/record-batch-writer.ts';

/** The promise that one `send` waits on, over all partitions it goes to. */
export class Delivery {
  readonly done: Promise<void>;
  /** Whether it must not be written any more, as of now. */
  readonly isVoid: () => boolean;
  failed = false;
  #left: number;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;

  constructor(records: number, isVoid: () => boolean = () => false) {
    this.isVoid = isVoid;
    this.#left = records;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  acknowledge(records: number): void {
    this.#left -= records;
    if (this.#left === 0) this.#resolve();
  }

  fail(error: unknown): void {
    this.failed = true;
    this.#reject(error);
  }
}

/** Records that go to the broker together, again and again until they are acknowledged. */
export interface Batch {
  readonly records: readonly OutgoingRecord[];
  readonly deliveries: ReadonlyMap<Delivery, number>;
  readonly since: number;
  attempts: number;
  /**
   * Whether the broker may already have it, so that only the same sequence number makes another try
   * safe.
   */
  uncertain: boolean;
  encoded: { readonly bytes: Buffer; readonly identity: ProducerIdentity } | undefined;
}

const HEADER_BYTES = 61;
const SEQUENCES = 2 ** 31;

/** What waits for one partition, in order. At most one batch of it is on its way. */
export class BatchQueue {
  readonly topic: string;
  readonly partition: number;
  /** The batch that is on its way or to be tried again. */
  batch: Batch | undefined;
  inFlight = false;
  /**
   * Records of one delivery after another, and how many of the first one are in a batch already.
   */
  #waiting: { readonly delivery: Delivery; readonly records: OutgoingRecord[] }[] = [];
  #taken = 0;
  #sequence = 0;
  #identity: ProducerIdentity | undefined;

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  get empty(): boolean {
    return this.batch === undefined && this.#waiting.length === 0;
  }

  add(record: OutgoingRecord, delivery: Delivery): void {
    const last = this.#waiting.at(-1);
    if (last?.delivery === delivery) last.records.push(record);
    else this.#waiting.push({ delivery, records: [record] });
  }

  /**
   * Makes a batch of what waits unless there is one, no larger than `maxBytes` if it has more than
   * one record.
   */
  cut(maxBytes: number): void {
    if (this.batch) return;
    const records: OutgoingRecord[] = [];
    const deliveries = new Map<Delivery, number>();
    let bytes = HEADER_BYTES;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const { delivery, records: waiting } = next;
      const from = delivery.failed ? waiting.length : this.#taken;
      let to = from;
      for (; to < waiting.length; to++) {
        const size = recordSizeBound(waiting[to]!);
        if (bytes + size > maxBytes && (records.length > 0 || to > from)) break;
        bytes += size;
      }
      if (to > from) deliveries.set(delivery, to - from);
      for (let i = from; i < to; i++) records.push(waiting[i]!);
      if (to < waiting.length) {
        this.#taken = to;
        break;
      }
      this.#taken = 0;
      this.#waiting.shift();
    }
    if (records.length === 0) return;
    this.batch = {
      records,
      deliveries,
      since: performance.now(),
      attempts: 0,
      uncertain: false,
      encoded: undefined,
    };
  }

  /** Whether nobody wants the batch written any more. */
  isVoid(): boolean {
    if (!this.batch) return true;
    for (const delivery of this.batch.deliveries.keys()) if (!delivery.isVoid()) return false;
    return true;
  }

  /** The batch as bytes; the same bytes for the same producer, however often. */
  encode(identity: ProducerIdentity): Buffer {
    const batch = this.batch;
    if (!batch) throw new Error('nothing to encode');
    if (this.#identity !== identity) {
      this.#identity = identity;
      this.#sequence = 0;
    }
    if (batch.encoded?.identity !== identity) {
      batch.encoded = { bytes: writeRecordBatch(batch.records, identity, this.#sequence), identity };
    }
    return batch.encoded.bytes;
  }

  /** The broker has the batch. */
  acknowledge(): void {
    const batch = this.batch;
    if (!batch) return;
    if (batch.encoded?.identity === this.#identity) {
      this.#sequence = (this.#sequence + batch.records.length) % SEQUENCES;
    }
    this.batch = undefined;
    for (const [delivery, records] of batch.deliveries) delivery.acknowledge(records);
  }

  /** The batch will not be sent again. */
  fail(error: unknown): void {
    const batch = this.batch;
    this.batch = undefined;
    for (const delivery of batch?.deliveries.keys() ?? []) delivery.fail(error);
  }
}
