import type { Bus, BusRecord, ConsumeOptions, HeldPartition, RefusedAt, TypedProducer } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import type { Codec, TopicName } from '@driftloop/schemas';
import { type Clock, type Logger, systemClock } from '@driftloop/service';
import { createCheckpoints } from './checkpoints.ts';
import { type Output, sendOutputs } from './output.ts';
import { PACE_MS, type Stage } from './stage.ts';

/** What came of a batch. */
export interface Applied<S> {
  readonly state: S;
  readonly outputs: readonly Output[];
  /** Records that cannot be taken in. @default none */
  readonly refused?: readonly RefusedAt[];
}

/** What a fold reads and how its state is kept. */
export interface FoldOptions<T extends TopicName, S> {
  readonly bus: Bus;
  readonly producer: TypedProducer;
  /** Names the group and the checkpoints. */
  readonly service: string;
  readonly topic: T;
  /**
   * Of the state; checkpoints of another format, and what is no state of it, are ignored, and the
   * input is read from the start.
   */
  readonly codec: Codec<S>;
  /** Least time between two checkpoints of a partition. */
  readonly checkpointEveryMs: number;
  /** @default 'deadLetter' */
  readonly badRecords?: ConsumeOptions<T>['badRecords'];
  readonly logger: Logger;
  /** @default the machine's */
  readonly clock?: Clock;
  createState(): S;
  /**
   * May change the state in place; must be a function of state and records alone, and so must what
   * it refuses: those records become dead letters, and the state has seen them.
   */
  apply(state: S, records: BusRecord<T>[], partition: number): Promise<Applied<S>>;
  /** The fold cannot go on. */
  fail(error: unknown): void;
}

interface PartitionState<S> {
  state: S;
  /** Of the topic whose offsets these are. */
  readonly topicId: string;
  /** One past the last input offset that the state has seen. */
  position: number;
  /** The position of its newest checkpoint. */
  savedPosition: number;
  savedAt: number;
  /** The dead letters of the last batch are written when the next one comes. */
  owesLetters: boolean;
}

/**
 * Folds each partition of a topic into a state and writes what follows from it. The state is
 * checkpointed after its outputs are acknowledged, and the offset committed after the checkpoint: a
 * restart repeats at most the outputs since the last checkpoint, byte for byte, and readers drop
 * repeated ones.
 */
export async function runFold<T extends TopicName, S>(options: FoldOptions<T, S>): Promise<Stage> {
  const { bus, producer, service, topic, codec, logger, clock = systemClock } = options;
  const states = new Map<number, PartitionState<S>>();
  const checkpoints = createCheckpoints({ bus, producer, service, topic, format: codec.format, logger });

  const restore = async (
    partition: number,
    committed: number,
    topicId: string,
  ): Promise<PartitionState<S>> => {
    const saved = await checkpoints.load(partition);
    const offsets = (await bus.offsets(topic)).find((entry) => entry.partition === partition);
    const { low, high } = offsets ?? { low: 0, high: 0 };
    const where = { topic, partition, committed, low, high };
    const isOther = saved && saved.topicId !== '' && topicId !== '' && saved.topicId !== topicId;
    const state = saved && !isOther && saved.position <= high ? restored(codec, saved.state) : undefined;
    if (saved && state) {
      const { position } = saved;
      if (position < low) {
        logger.error(
          { ...where, position },
          'input has expired that the state has not seen: going on without it',
        );
      } else if (position < committed) {
        logger.warn({ ...where, position }, 'the checkpoint is older than the commit: folding again from it');
      } else {
        logger.info({ ...where, position }, 'restored a checkpoint');
      }
      return begun(topicId, state.value, Math.max(position, low), clock.monotonicMs());
    }
    if (saved && !isOther && saved.position <= high) {
      logger.error(
        { ...where, position: saved.position },
        'the checkpoint holds no state: folding again from the start of the input',
      );
    } else if (saved) {
      logger.error(
        { ...where, position: saved.position },
        'the checkpoint is of a topic that was here before: this one was made anew, and its state with it',
      );
    } else if (committed > low) {
      logger.warn(where, 'no checkpoint that can be read: folding again from the start of the input');
    }
    return begun(topicId, options.createState(), low, clock.monotonicMs());
  };
  const save = async (partition: number, current: PartitionState<S>, { isStale }: HeldPartition) => {
    try {
      const { topicId, position, state } = current;
      const checkpoint = { topicId, position, state: codec.encode(state) };
      await checkpoints.save(partition, checkpoint, { isVoid: isStale });
    } catch (error) {
      if (!(error instanceof DriftloopError) || error.code !== 'CHECKPOINT_TOO_LARGE') throw error;
      // It goes on without: an input that is behind for long makes a state large until it has
      // caught up. A restart folds again from the last checkpoint.
      logger.warn(
        { topic, partition, position: current.position, savedPosition: current.savedPosition },
        error.message,
      );
      current.savedAt = clock.monotonicMs();
      return {};
    }
    current.savedPosition = current.position;
    current.savedAt = clock.monotonicMs();
    return { commit: current.position };
  };
  const isDue = ({ savedAt }: PartitionState<S>) =>
    clock.monotonicMs() - savedAt >= options.checkpointEveryMs;
  const hasNews = ({ position, savedPosition }: PartitionState<S>) => position > savedPosition;

  const consumer = await bus.consume<T>({
    group: service,
    topics: [topic],
    badRecords: options.badRecords ?? 'deadLetter',
    paceMs: PACE_MS,
    onCrash: options.fail,
    onRevoked() {
      states.clear();
      checkpoints.forget();
    },
    async onAssigned(_, partition, committed, topicId = '') {
      const restored = await restore(partition, committed, topicId);
      states.set(partition, restored);
      return { seek: restored.position };
    },
    async onBatch(batch) {
      const { partition, records, lastOffset, isStale } = batch;
      const current = states.get(partition);
      if (!current) return {};
      // Dead letters are written after the batch that they are of, and a checkpoint has seen the
      // records: so one that had to wait for them comes before the next batch.
      let saved =
        current.owesLetters && isDue(current) && !isStale() ? await save(partition, current, batch) : {};
      const fresh = records.filter(({ offset }) => offset >= current.position);
      const deadLetters: RefusedAt[] = [];
      for (const piece of piecesOf(fresh)) {
        const { state, outputs, refused = [] } = await options.apply(current.state, piece, partition);
        if (isStale()) return saved;
        await sendOutputs(producer, outputs, { isVoid: isStale });
        current.state = state;
        current.position = (piece.at(-1)?.offset ?? lastOffset) + 1;
        deadLetters.push(...refused);
        const mayBeSaved = deadLetters.length === 0 && isDue(current) && !isStale();
        if (mayBeSaved) saved = await save(partition, current, batch);
      }
      current.position = Math.max(current.position, lastOffset + 1);
      current.owesLetters = deadLetters.length > 0;
      return { ...saved, deadLetters };
    },
    async onIdle(_, partition, end) {
      const current = states.get(partition);
      return current && hasNews(current) && isDue(current) ? save(partition, current, end) : {};
    },
    // A restart in good order repeats nothing.
    async onRelease(_, partition, held) {
      const current = states.get(partition);
      return current && hasNews(current) ? save(partition, current, held) : {};
    },
  });
  return { lag: () => consumer.lag(), health: () => consumer.health(), stop: () => consumer.close() };
}

/**
 * Records that are folded before what follows from them is written, and a checkpoint may be: on a
 * busy machine a backlog that came in one go can outlast the lease on its partition, and must not
 * be begun again from its start, over and over.
 */
const MOST_AT_ONCE = 256;

function* piecesOf<Item>(records: readonly Item[]): Generator<Item[]> {
  for (let from = 0; from < records.length; from += MOST_AT_ONCE)
    yield records.slice(from, from + MOST_AT_ONCE);
}

function begun<S>(topicId: string, state: S, position: number, savedAt: number): PartitionState<S> {
  return { topicId, state, position, savedPosition: position, savedAt, owesLetters: false };
}

/**
 * Reads a state. Whatever somebody has written in its place must not stop every start.
 *
 * @returns undefined where it cannot be read, or not be written again
 */
function restored<S>(codec: Codec<S>, text: string): { readonly value: S } | undefined {
  try {
    const value = codec.decode(text);
    codec.encode(value);
    return { value };
  } catch {
    return undefined;
  }
}
