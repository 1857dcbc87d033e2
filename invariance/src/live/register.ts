import type { Bus, TypedProducer } from '@driftloop/bus';
import type { ReferenceProfile } from '@driftloop/drift';
import { createArtifactStore, openRegistry } from '@driftloop/registry';
import type { InputLog } from './input-log.ts';

/** A version as it is registered. */
export interface RegisteredVersion {
  readonly onnx: Uint8Array;
  readonly profile: ReferenceProfile;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Publishes the versions of all models, one after another.
 *
 * @param options.versions model → versions in the order of their numbers; the last one is live
 * @param options.at Kafka timestamp of their events, epoch milliseconds; undefined for the wall
 *   clock's
 */
export async function registerVersions(
  bus: Bus,
  options: {
    readonly log: InputLog;
    readonly versions: ReadonlyMap<string, readonly RegisteredVersion[]>;
    readonly artifactsUrl: string;
    readonly at: number | undefined;
  },
): Promise<void> {
  const { log, versions, artifactsUrl, at } = options;
  const store = createArtifactStore(artifactsUrl);
  const producer = await bus.producer();
  const registry = await openRegistry({
    bus,
    producer: at === undefined ? producer : sendingAt(producer, at),
    store,
  });
  try {
    for (const spec of log.specs) {
      for (const version of versions.get(spec.model) ?? []) {
        await registry.register({
          spec,
          ...version,
          publish: true,
          eventTime: firstEventTime(log, spec.model),
          reasons: ['made for the benchmark'],
          actor: 'a benchmark',
        });
      }
    }
  } finally {
    await registry.close();
    await producer.close();
  }
}

/** Stamps what is sent with a time of the log. */
function sendingAt(producer: TypedProducer, timestamp: number): Pick<TypedProducer, 'send'> {
  return {
    send: (topic, records) =>
      producer.send(
        topic,
        records.map((record) => ({ ...record, timestamp })),
      ),
  };
}

function firstEventTime({ records }: InputLog, model: string): number {
  return records.find(({ value }) => value.model === model)?.value.eventTime ?? 0;
}
