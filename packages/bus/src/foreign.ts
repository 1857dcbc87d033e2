import type { TopicName, TopicRecords } from '@driftloop/schemas';
import type { Codec } from './codec/codec.ts';
import type { Consumer } from './consumer/consume-options.ts';
import { GroupConsumer } from './consumer/consumer.ts';
import type { ConsumerParts } from './consumer/generation-run.ts';
import type { RawRecord } from './protocol/raw-record.ts';
import { readHeaders } from './protocol/record-batch-reader.ts';
import type { RefusedAt } from './records.ts';

/** A record of a topic that is not driftloop's. */
export interface ForeignRecord {
  readonly partition: number;
  readonly offset: number;
  /** Kafka's timestamp, epoch milliseconds. */
  readonly timestamp: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where the record has none. */
  readonly body: Uint8Array;
}

/** How such a topic is read. */
export interface ForeignOptions {
  /** Whole name: no prefix is put before it. */
  readonly topic: string;
  /** Consumer group, without prefix. */
  readonly group: string;
  /**
   * Handles records of one partition, in order; they are committed once it resolves.
   *
   * @param isStale true once the partition may belong to another consumer
   * @returns those that cannot be handled
   */
  onRecords(records: readonly ForeignRecord[], isStale: () => boolean): Promise<readonly RefusedAt[]>;
  /** The consumer has ended by an error. */
  onCrash(error: unknown): void;
}

/** Starts to read; resolves when the group has taken this consumer in. */
export async function consumeForeign(
  { topic, group, onRecords, onCrash }: ForeignOptions,
  {
    groupPrefix,
    ...parts
  }: Omit<ConsumerParts<TopicName>, 'options' | 'codec' | 'topicPrefix'> & { readonly groupPrefix: string },
): Promise<Consumer> {
  // The consumer asks for nothing of a topic but its name and how its records are read.
  const name = topic as TopicName;
  const consumer = new GroupConsumer<TopicName>({
    ...parts,
    topicPrefix: '',
    codec: RAW,
    options: {
      group: `${groupPrefix}${group}`,
      topics: [name],
      badRecords: 'deadLetter',
      onCrash,
      async onBatch({ records, lastOffset, isStale }) {
        const foreign = records.map(({ partition, offset, timestamp, value }) => {
          const { headers, body } = value as unknown as Pick<ForeignRecord, 'headers' | 'body'>;
          return { partition, offset, timestamp, headers, body };
        });
        const deadLetters = await onRecords(foreign, isStale);
        return { commit: lastOffset + 1, deadLetters };
      },
    },
  });
  await consumer.start();
  return consumer;
}

const NONE = new Uint8Array();

/** Takes records as they are. */
const RAW: Pick<Codec, 'prepare' | 'key' | 'decode'> = {
  prepare: async () => undefined,
  key: ({ keyText }: RawRecord) => keyText,
  decode<T extends TopicName>(_topic: T, record: RawRecord) {
    // A copy: a view would keep all that was fetched with it.
    const body = record.value === null ? NONE : new Uint8Array(record.value);
    return { headers: readHeaders(record), body } as unknown as TopicRecords[T];
  },
};
