import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Bus, createBus, type TypedProducer } from '@driftloop/bus';
import { createArtifactStore, openRegistry, type Registry } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import { generator, mlp, plainRow, SPEC } from './model.ts';

/** Where Kafka and the schema registry are. */
export interface StackEnvironment {
  readonly KAFKA_BROKERS: string;
  readonly SCHEMA_REGISTRY_URL: string;
  readonly CLICKHOUSE_URL?: string;
}

/** Topics of their own with a registered model, for one measurement. */
export interface Setting {
  readonly bus: Bus;
  readonly producer: TypedProducer;
  readonly registry: Registry;
  readonly spec: ModelSpec;
  /** Environment of the service. */
  readonly environment: Record<string, string>;
  readonly topicPrefix: string;
  readonly modelPath: string;
  close(): Promise<void>;
}

export const PARTITIONS = 4;

/** Makes topics, a store and a live model. */
export async function createSetting(
  stack: StackEnvironment,
  topicPrefix: string,
  spec = SPEC,
): Promise<Setting> {
  const folder = await mkdtemp(join(tmpdir(), 'driftloop-serve-'));
  const artifactsUrl = pathToFileURL(join(folder, 'artifacts')).href;
  const bus = createBus({
    brokers: stack.KAFKA_BROKERS.split(','),
    registryUrl: stack.SCHEMA_REGISTRY_URL,
    topicPrefix,
    clientId: 'bench',
    inputPartitions: PARTITIONS,
  });
  await bus.ensureTopics();
  const producer = await bus.producer();
  const registry = await openRegistry({ bus, producer, store: createArtifactStore(artifactsUrl) });
  const onnxFile = mlp(1, spec.features.length);
  await registry.register({ spec, onnx: onnxFile, profile: null, metrics: {}, publish: true });
  const { artifact, sha256 } = registry.model(SPEC.model)?.state.versions.get(1) ?? {
    artifact: '',
    sha256: '',
  };
  const { files } = (await createArtifactStore(artifactsUrl).open(artifact, sha256)).manifest;
  const onnx = files['model.onnx']?.sha256 ?? '';
  return {
    bus,
    producer,
    registry,
    spec,
    topicPrefix,
    modelPath: join(folder, 'artifacts', 'sha256', onnx.slice(0, 2), onnx),
    environment: {
      KAFKA_BROKERS: stack.KAFKA_BROKERS,
      SCHEMA_REGISTRY_URL: stack.SCHEMA_REGISTRY_URL,
      ARTIFACTS_URL: artifactsUrl,
      TOPIC_PREFIX: topicPrefix,
      LOG_LEVEL: 'error',
    },
    async close() {
      await registry.close();
      await producer.close();
      await bus.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Writes requests with random rows, spread evenly over the partitions. */
export async function preload({ producer, spec }: Setting, count: number, rowOf = plainRow): Promise<void> {
  const random = generator(7);
  // None lies ahead of its record.
  const at = Date.now() - count;
  const PIECE = 10_000;
  for (let from = 0; from < count; from += PIECE) {
    const records = Array.from({ length: Math.min(PIECE, count - from) }, (_, index) => {
      const requestId = `request-${from + index}`;
      const columns = rowOf(random, spec);
      const value = { requestId, model: spec.model, eventTime: at + from + index, ...columns };
      return { key: requestId, value, partition: (from + index) % PARTITIONS };
    });
    await producer.send('inference.requests', records);
  }
}
