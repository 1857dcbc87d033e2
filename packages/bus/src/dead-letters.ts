import { boundedReason } from '@driftloop/errors';
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

/** What a letter holds beside key and value; reasons are bounded. */
const MARGIN_BYTES = 50_000;

/** What is kept of the key of a record that is too large. */
const KEPT_KEY_CHARACTERS = 1_000;

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
      const letters = records.map(({ raw: { key, value, offset }, code, reason: given }) => {
        const reason = boundedReason(given);
        const text = key?.toString() ?? '';
        // The key's text may be longer than its bytes: what is no UTF-8 is replaced.
        const tooLarge = (value?.length ?? 0) + (key?.length ?? 0) + Buffer.byteLength(text) > maxBytes;
        return {
          key: tooLarge ? text.slice(0, KEPT_KEY_CHARACTERS).toWellFormed() : text,
          value: {
            topic,
            partition,
            offset,
            key: tooLarge ? null : key,
            value: tooLarge ? null : value,
            code,
            reason: tooLarge ? `${reason} (Too large to be kept here: read it where it was.)` : reason,
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
