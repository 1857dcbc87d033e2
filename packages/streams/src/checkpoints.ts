import { gunzipSync, gzipSync } from 'node:zlib';
import { type Bus, maxRecordBytes, type SendOptions, type TypedProducer } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import type { ServiceCheckpoint, TopicName } from '@driftloop/schemas';
import type { Logger } from '@driftloop/service';

/** A state and the input position it was taken at. */
export interface Checkpoint {
  readonly position: number;
  /** Id of the topic that the position lies in; empty where brokers know no ids. */
  readonly topicId: string;
  readonly state: string;
}

/** The checkpoints of one reader, on service.checkpoints. */
export interface Checkpoints {
  /**
   * The newest checkpoint of a partition; undefined when there is none of this format, or it cannot
   * be read.
   */
  load(partition: number): Promise<Checkpoint | undefined>;
  /** @throws DriftloopError CHECKPOINT_TOO_LARGE */
  save(partition: number, checkpoint: Checkpoint, options?: SendOptions): Promise<void>;
  /** Makes the next load read the topic again, after others may have written. */
  forget(): void;
}

/** Key and the record's other fields come on top of the state. */
const MOST_BYTES = maxRecordBytes('service.checkpoints') - 10_000;

/** A state unzips to some times its size; what unzips to more than this is none. */
const MOST_TEXT_BYTES = 512 * 1024 ** 2;

/** Opens the checkpoints of a service's reader of one topic. */
export function createCheckpoints(options: {
  readonly bus: Bus;
  readonly producer: TypedProducer;
  readonly service: string;
  readonly topic: TopicName;
  readonly format: number;
  readonly logger: Logger;
}): Checkpoints {
  const { bus, producer, service, topic, format, logger } = options;
  const keyOf = (partition: number | '') => `${service}/${topic}/${partition}`;
  let known: Promise<Map<string, ServiceCheckpoint>> | undefined;

  const readAll = async () => {
    const newest = new Map<string, ServiceCheckpoint>();
    const prefix = keyOf('');
    const mine = { by: 'offset' as const, keep: (key: string) => key.startsWith(prefix) };
    for await (const records of bus.slice('service.checkpoints', mine)) {
      for (const { key, value } of records) newest.set(key, value);
    }
    return newest;
  };
  return {
    async load(partition) {
      // All partitions of a generation share one reading; one that fails is not kept.
      known ??= readAll().catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      const found = (await known).get(keyOf(partition));
      if (!found || found.format !== format) return undefined;
      const { position, topicId } = found;
      const state = unzipped(found.state);
      if (state !== undefined) return { position, topicId, state };
      logger.error({ topic, partition, position }, 'the checkpoint cannot be read: it is damaged, or none');
      return undefined;
    },
    async save(partition, { state: text, ...where }, options) {
      const state = gzipSync(text, { level: 1 });
      if (state.length > MOST_BYTES) {
        throw new DriftloopError(
          'CHECKPOINT_TOO_LARGE',
          `The state of ${service} on ${topic}/${partition} takes ${state.length} bytes compressed, more than ${MOST_BYTES}: ` +
            'lower window.allowedLatenessMs, so that fewer windows are open, or spread the models over more partitions.',
        );
      }
      const value = { service, topic, partition, format, state, ...where };
      await producer.send('service.checkpoints', [{ key: keyOf(partition), value }], options);
    },
    forget() {
      known = undefined;
    },
  };
}

/** @returns undefined for bytes that `save` has not written */
function unzipped(state: Uint8Array): string | undefined {
  try {
    return gunzipSync(state, { maxOutputLength: MOST_TEXT_BYTES }).toString('utf8');
  } catch {
    return undefined;
  }
}
