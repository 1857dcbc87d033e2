import type { Bus, BusRecord, ConsumeOptions, TypedProducer } from '@driftloop/bus';
import type { TopicName } from '@driftloop/schemas';
import type { Logger } from '@driftloop/service';
import { createCheckpoints } from './checkpoints.ts';
import { type Output, sendOutputs } from './output.ts';
import type { Stage } from './stage.ts';

/** What a fold reads and how its state is kept. */
export interface FoldOptions<T extends TopicName, S> {
  readonly bus: Bus;
  readonly producer: TypedProducer;
  /** Names the group and the checkpoints. */
  readonly service: string;
  readonly topic: T;
  /** Version of the state's format; checkpoints of another one are ignored and the input is read from the start. */
  readonly format: number;
  /** Least time between two checkpoints of a partition. */
  readonly checkpointEveryMs: number;
  /** @default 'deadLetter' */
  readonly badRecords?: ConsumeOptions<T>['badRecords'];
  readonly logger: Logger;
  createState(): S;
  /** May change the state in place; must be a function of state and records alone. */
  apply(state: S, records: BusRecord<T>[], partition: number): Promise<{ state: S; outputs: Output[] }>;
  encode(state: S): string;
  decode(text: string): S;
  /** The fold cannot go on. */
  fail(error: unknown): void;
}

interface PartitionState<S> {
  state: S;
  /** One past the last input offset that the state has seen. */
  position: number;
  /** The position of its newest checkpoint. */
  savedPosition: number;
  savedAt: number;
}

/**
 * Folds each partition of a topic into a state and writes what follows from it. The state is checkpointed after its outputs are
 * acknowledged, and the offset committed after the checkpoint: a restart repeats at most the outputs since the last checkpoint, byte for
 * byte, and readers drop repeated ones.
 */
export async function runFold<T extends TopicName, S>(options: FoldOptions<T, S>): Promise<Stage> {
  const { bus, producer, service, topic, logger } = options;
  const states = new Map<number, PartitionState<S>>();
  const checkpoints = createCheckpoints({ bus, producer, service, topic, format: options.format });

  const restore = async (partition: number, committed: number): Promise<PartitionState<S>> => {
    const saved = await checkpoints.load(partition);
    if (saved) {
      const { position } = saved;
      logger.info({ topic, partition, position, committed }, 'restored a checkpoint');
      return { state: options.decode(saved.state), position, savedPosition: position, savedAt: Date.now() };
    }
    const offsets = await bus.offsets(topic);
    const low = offsets.find((entry) => entry.partition === partition)?.low ?? 0;
    if (committed > low)
      logger.warn({ topic, partition, committed, low }, 'no checkpoint: reading the input from its start');
    return { state: options.createState(), position: low, savedPosition: low, savedAt: Date.now() };
  };
  const save = async (partition: number, current: PartitionState<S>) => {
    await checkpoints.save(partition, current.position, options.encode(current.state));
    current.savedPosition = current.position;
    current.savedAt = Date.now();
    return { commit: current.position };
  };

  const consumer = await bus.consume<T>({
    group: service,
    topics: [topic],
    badRecords: options.badRecords ?? 'deadLetter',
    onCrash: options.fail,
    onRevoked() {
      states.clear();
      checkpoints.forget();
    },
    async onAssigned(_, partition, committed) {
      const restored = await restore(partition, committed);
      states.set(partition, restored);
      return { seek: restored.position };
    },
    async onBatch({ partition, records, lastOffset, isStale }) {
      const current = states.get(partition);
      if (!current) return {};
      const fresh = records.filter(({ offset }) => offset >= current.position);
      const { state, outputs } = await options.apply(current.state, fresh, partition);
      if (isStale()) return {};
      await sendOutputs(producer, outputs);
      current.state = state;
      current.position = Math.max(current.position, lastOffset + 1);
      const isDue = Date.now() - current.savedAt >= options.checkpointEveryMs;
      return isDue ? save(partition, current) : {};
    },
    async onIdle(_, partition) {
      const current = states.get(partition);
      return current && current.position > current.savedPosition ? save(partition, current) : {};
    },
  });
  return { lag: () => consumer.lag(), health: () => consumer.health(), stop: () => consumer.close() };
}
