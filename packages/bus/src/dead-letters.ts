import type { TopicName } from '@driftloop/schemas';
import type { TypedProducer } from './producer/typed-producer.ts';
import type { RefusedRecord } from './records.ts';
import { maxRecordBytes } from './topics.ts';

/** Writes records that could not be handled to dead.letters. */
export interface DeadLetterWriter {
  /** Resolves when they are acknowledged. */
  write(topic: TopicName, partition: number, records: readonly RefusedRecord[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Only a topic with a raised max.message.bytes can have larger records than fit into a dead letter.
 */
const MARGIN_BYTES = 50_000;
/** A reason may quote what came. With three bytes each these fit into the margin. */
const MOST_REASON_CHARACTERS = 10_000;

/**
 * Makes a writer whose producer is made with the first dead letter.
 *
 * @param options.clientId the `service` in the records
 */
export function createDeadLetterWriter(options: {
  readonly clientId: string;
  readonly producer: () => TypedProducer;
}): DeadLetterWriter {
  let producer: TypedProducer | undefined;
  return {
    async write(topic, partition, records) {
      producer ??= options.producer();
      const at = Date.now();
      const maxBytes = maxRecordBytes('dead.letters') - MARGIN_BYTES;
      const letters = records.map(({ raw: { key, value, offset }, code, reason }) => {
        const keyText = key?.toString() ?? '';
        // What is not UTF-8 takes up to three times as much as text.
        const keyBytes = Buffer.byteLength(keyText);
        const tooLarge = (value?.length ?? 0) + (key?.length ?? 0) + keyBytes > maxBytes;
        return {
          key: keyBytes > maxBytes ? '' : keyText,
          value: {
            topic,
            partition,
            offset,
            key: tooLarge ? null : key,
            value: tooLarge ? null : value,
            code,
            reason: tooLarge
              ? `${bounded(reason)} (Too large to be kept here: read it where it was.)`
              : bounded(reason),
            service: options.clientId,
            at,
          },
        };
      });
      await producer.send('dead.letters', letters);
    },
    close: async () => producer?.close(),
  };
}

function bounded(reason: string): string {
  if (reason.length <= MOST_REASON_CHARACTERS) return reason;
  return `${reason.slice(0, MOST_REASON_CHARACTERS).toWellFormed()}...`;
}
