import { DriftloopError } from '@driftloop/errors';
import type { TopicName } from '@driftloop/schemas';
import type { OutgoingRecord } from '../protocol/record-batch-writer.ts';
import { type RetryOptions, retry } from '../retry.ts';
import { maxRecordBytes } from '../topics.ts';
import type { BatchSender } from './batch-sender.ts';

/** A record as bytes, on its partition. */
export interface Prepared {
  readonly record: OutgoingRecord;
  readonly partition: number;
}

/** Where the records of topics may go. */
export interface CheckedPartitions {
  /** How many partitions a topic has, as far as is known. */
  count(topic: TopicName): Promise<number>;
  /**
   * Returns the records if all of them may be written.
   *
   * @param known partitions that the topic has at least
   * @throws DriftloopError CONFIG_INVALID (retriable) for a partition that the topic does not have;
   *   RECORD_TOO_LARGE
   */
  check(topic: TopicName, records: readonly Prepared[], known: number): Promise<readonly Prepared[]>;
}

export function createCheckedPartitions(
  sender: Pick<BatchSender, 'leaders' | 'refresh'>,
  topicPrefix: string,
  retryOptions: RetryOptions,
): CheckedPartitions {
  const count = async (topic: TopicName): Promise<number> => {
    const leaders = () => sender.leaders(`${topicPrefix}${topic}`);
    return (await retry(`looking up ${topic}`, leaders, retryOptions)).size;
  };
  return {
    count,
    async check(topic, records, known) {
      let partitions = known;
      for (const { record, partition } of records) {
        if (partition >= partitions) {
          // What is known is up to a minute old, and the partition may be new.
          await retry(`looking up ${topic}`, () => sender.refresh(`${topicPrefix}${topic}`), retryOptions);
          partitions = await count(topic);
        }
        if (partition >= partitions || partition < 0) throw noSuchPartition(topic, partition, partitions);
        const size = record.keyLength + record.valueLength;
        if (size > maxRecordBytes(topic)) throw tooLarge(topic, size);
      }
      return records;
    },
  };
}

function noSuchPartition(topic: TopicName, partition: number, partitions: number): DriftloopError {
  return new DriftloopError(
    'CONFIG_INVALID',
    `Cannot write to partition ${partition} of ${topic}: it has ${partitions}. Give topics that share partitions ` +
      '(inference.requests and inference.predictions) the same number of them.',
    { retriable: true },
  );
}

function tooLarge(topic: TopicName, size: number): DriftloopError {
  return new DriftloopError(
    'RECORD_TOO_LARGE',
    `A record for ${topic} has ${size} bytes, more than ${maxRecordBytes(topic)}. Nothing of this call was sent.`,
  );
}
