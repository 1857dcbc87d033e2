import { buildReferenceProfile } from '@driftloop/drift';
import { openRegistry } from '@driftloop/registry';
import type { ModelSpec, TopicName, TopicRecords } from '@driftloop/schemas';
import { createRandom } from '@driftloop/stats';
import { Broker } from '../bus/broker.ts';
import { Group } from '../bus/group.ts';
import { createSimulatedBus } from '../bus/simulated-bus.ts';
import { Instance } from '../instance/instance.ts';
import { type Artifacts, createMemoryStore } from '../store/memory-store.ts';
import { EPOCH_MS } from '../time/epoch.ts';
import { VirtualTime } from '../time/virtual-time.ts';
import { answersOf, MODELS, trainingRows, untrainedFile } from './models.ts';

/** What is there before the traffic begins. */
export interface Preload {
  readonly records: readonly {
    readonly topic: TopicName;
    readonly key: string;
    readonly value: TopicRecords[TopicName];
    readonly timestamp: number;
  }[];
  readonly artifacts: Artifacts;
}

/** Registers all models as a person would, in a world of its own. */
export async function createPreload(): Promise<Preload> {
  const time = new VirtualTime();
  const broker = new Broker(1, () => time.nowMs, 'broker');
  const artifacts: Artifacts = new Map();
  const random = createRandom('preload');
  const instance = new Instance({ name: 'person', time, random, onAnswer: () => true });
  const bus = createSimulatedBus({
    time,
    broker,
    instance,
    clientId: 'person',
    group: () => new Group(time, broker),
    nextMemberId: () => 'person',
    blockedUntilMs: () => 0,
    fateOf: () => undefined,
    die: () => undefined,
    check: (_, value) => value,
  });
  const register = async () => {
    const producer = await bus.producer();
    const registry = await openRegistry({
      bus,
      producer,
      store: createMemoryStore(artifacts, instance, () => false),
      clock: instance.clock,
    });
    for (const model of MODELS) {
      const { spec } = model;
      for (const [index, becomes] of model.versions.entries()) {
        const onnx = untrainedFile(spec, index + 1);
        const common = {
          onnx,
          profile: profileOf(spec, onnx),
          metrics: {},
          reasons: [],
          eventTime: EPOCH_MS,
        };
        if (becomes === 'incumbent')
          await registry.register({ ...common, spec, onnx: null, publish: true, actor: 'person' });
        else if (becomes === 'live')
          await registry.register({ ...common, spec, publish: true, actor: 'person' });
        else {
          const lineage = { parentVersion: 1, commandId: null, actor: 'person', accepted: true };
          const rollout = 'publish' as const;
          await registry.addCandidate({ ...common, ...lineage, rollout, model: spec.model });
        }
      }
    }
    await registry.close();
    await producer.close();
  };
  const done = register().finally(() => time.stop());
  await time.run();
  await done;
  const records = (['model.specs', 'model.events'] as const).flatMap((topic) =>
    broker.all(topic).map(({ key, value }) => ({ topic, key, value, timestamp: EPOCH_MS })),
  );
  return { records, artifacts };
}

/** What a version's training rows and its answers to them looked like. */
function profileOf(spec: ModelSpec, onnx: Uint8Array) {
  const data = trainingRows(spec, 600);
  const outputs = answersOf(onnx, spec.task, data.width, data.features);
  return buildReferenceProfile({ spec, data, outputs });
}
