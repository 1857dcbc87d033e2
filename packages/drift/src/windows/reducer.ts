import type { Codec, DriftSketch, Signal } from '@driftloop/schemas';
import type { ModelContext, Models } from '../chunks/context.ts';
import type { SignalKind } from '../signals/signal-kind.ts';
import { type Closing, closeDue, giveWay } from './close-due.ts';
import { codecOf } from './codec.ts';
import type { InputFacts, Written } from './input-facts.ts';
import {
  advanceClock,
  dequeue,
  dequeueAll,
  enqueue,
  hear,
  isKnown,
  knowPartitions,
  nextChunk,
  readToTheEnd,
  readUpTo,
} from './order.ts';
import { type RefusedSketch, refusalOf } from './refusal.ts';
import { bytesOf, hasRoom, isRead, leave, MOST_WAITING_BYTES, type SketchPlace } from './room.ts';
import { emptyModel, type ModelFold, type QueuedChunk, type ReducerState, versionsOf } from './state.ts';
import { finish, type Steps } from './steps.ts';
import { takeChunk } from './take-chunk.ts';
import { readAnew, topicOf } from './topic-made-anew.ts';
import { holdOrWatch } from './watch-rows.ts';

/**
 * The windows of one signal: a fold over the records of its signal in the sketch log whose result
 * depends on the chunks alone. A chunk takes its turn by (log time, partition, offset), once every
 * partition has been read past it; in which order chunks and notes come affects when something is
 * concluded, never what.
 */
export interface Reducer<State = ReducerState> {
  readonly signal: Signal;
  initial(): State;
  /**
   * @returns closings of one model in the order of their log time and window; `state` is changed in
   *   place: a fold owns its state
   */
  apply(state: State, sketch: DriftSketch, models: Models): Closing[];
  /**
   * `apply` in steps, each of a chunk or a window: one record may let thousands take their turn.
   * Until the last one the state is halfway.
   *
   * @param place where the record lies in the sketch log, which is read again when chunks that
   *   there was no room for are waited for (`left`), and what the broker said of the input after it
   *   was read. @default there is room for every chunk, and partitions are those of notes
   */
  steps(state: State, sketch: QueuedChunk, models: Models, place?: TakenFrom): Steps<Closing[]>;
  /** Takes what has its turn by what is known of the partitions, of all models. */
  catchUp(state: State, models: Models): Steps<Closing[]>;
  /**
   * Why a record cannot be taken in, if it cannot: `steps` then takes what is left of it.
   * @param written where it comes from. @default of that nothing is looked at
   */
  refusal(state: State, sketch: DriftSketch, models: Models, written?: Written): RefusedSketch | undefined;
  /** Log time before which nothing closes any more. */
  settledUpTo(state: State): number;
  /** Models with rows that have not been tested. */
  waiting(state: State): string[];
  /**
   * Whether the record is the first of a topic that was made anew: `apply` then ends what waits of
   * the one before, of all models. While chunks of that one are on the sketch log only, it takes no
   * more than what this lets take its turn, and the record has to come again.
   */
  isAnew(state: State, sketch: DriftSketch): boolean;
  /**
   * Versions whose rows the state holds back: `apply` may need their profiles, whichever the next
   * record names.
   */
  versions(state: State, model: string): number[];
  /** JSON text; the restored state goes on to give the same signals, byte for byte. */
  readonly codec: Codec<State>;
}

/**
 * Creates the reducer of a signal.
 * @param mostWaitingBytes room for chunks that wait. @default MOST_WAITING_BYTES
 */
export function reducerOf<C>(
  kind: SignalKind<C>,
  mostWaitingBytes = MOST_WAITING_BYTES,
): Reducer<ReducerState<C>> {
  return {
    signal: kind.signal,
    initial: () => ({
      signal: kind.signal,
      topicId: '',
      before: [],
      partitions: 0,
      clocks: new Map(),
      heard: new Map(),
      settledUpTo: Number.MIN_SAFE_INTEGER,
      waitingBytes: 0,
      left: new Map(),
      models: new Map(),
    }),
    apply: (state, sketch, models) => finish(apply(state, sketch, { models, kind, mostWaitingBytes })),
    steps: (state, sketch, models, place) =>
      apply(state, sketch, { models, kind, mostWaitingBytes, ...(place ? { place } : {}) }),
    catchUp: (state, models) => catchUp(state, models, kind),
    refusal: (state, sketch, models, written) => refusalOf(sketch, models, kind, state, written),
    settledUpTo: (state) => state.settledUpTo,
    waiting: ({ models }) =>
      [...models]
        .filter(
          ([, { windows, queue, stretches }]) => windows.size > 0 || queue.size > 0 || stretches.size > 0,
        )
        .map(([name]) => name),
    isAnew: (state, { topicId }) => topicOf(state, topicId) === 'other',
    versions: (state, model) => versionsOf(state.models.get(model)),
    codec: codecOf(kind.signal, kind.content),
  };
}

/** Where a record comes from, as far as taking it goes. */
interface TakenFrom extends SketchPlace {
  readonly input?: InputFacts;
}

/** What a record is taken with. */
interface TakeParts<C> {
  readonly models: Models;
  readonly kind: SignalKind<C>;
  readonly mostWaitingBytes: number;
  readonly place?: TakenFrom;
}

function* apply<C>(state: ReducerState<C>, sketch: QueuedChunk, parts: TakeParts<C>): Steps<Closing[]> {
  if (sketch.signal !== state.signal) return [];
  const topic = topicOf(state, sketch.topicId);
  if (topic === 'before') return [];
  if (topic === 'same') return yield* take(state, sketch, parts);
  readToTheEnd(state);
  const closings = yield* advanceAll(state, parts.models, parts.kind);
  if (state.left.size > 0) return closings;
  readAnew(state, sketch.topicId);
  return [...closings, ...(yield* take(state, sketch, parts))];
}

/** Takes a record of the topic that is read. */
function* take<C>(state: ReducerState<C>, sketch: QueuedChunk, parts: TakeParts<C>): Steps<Closing[]> {
  const { models, kind, place, mostWaitingBytes } = parts;
  if (state.topicId === '') state.topicId = sketch.topicId;
  if (place?.input) knowPartitions(state, place.input);
  if (sketch.clocks.length > 0) {
    state.partitions = Math.max(state.partitions, sketch.partitions);
    for (const { partition, ...clock } of sketch.clocks)
      if (isRead(state, partition, place)) advanceClock(state, partition, clock);
    return yield* catchUp(state, models, kind);
  }
  const context = models.of(sketch.model);
  // A model whose spec is gone has no windows to close; a record without a log time is of an older
  // format.
  if (!context || sketch.logTime < 0 || !isRead(state, sketch.partition, place)) return [];
  const fold = state.models.get(sketch.model) ?? emptyModel<C>();
  state.models.set(sketch.model, fold);
  if (isKnown(fold, sketch)) return [];
  if (place && !hasRoom(state, sketch, mostWaitingBytes)) {
    leave(state, sketch.partition, place);
    return [];
  }
  enqueue(fold, sketch);
  state.waitingBytes += bytesOf(sketch);
  hear(state, sketch);
  return yield* advance(state, fold, context, kind);
}

function* catchUp<C>(state: ReducerState<C>, models: Models, kind: SignalKind<C>): Steps<Closing[]> {
  const closings = yield* advanceAll(state, models, kind);
  // Chunks say it too, but only of their own model: see `hear`.
  state.settledUpTo = Math.max(state.settledUpTo, readUpTo(state));
  return closings;
}

function* advanceAll<C>(state: ReducerState<C>, models: Models, kind: SignalKind<C>): Steps<Closing[]> {
  const closings: Closing[] = [];
  for (const [name, fold] of state.models) {
    const context = models.of(name);
    if (context) closings.push(...(yield* advance(state, fold, context, kind)));
    else forget(state, fold);
  }
  return closings;
}

/** A model whose spec is gone has no windows, and nothing waits for them. */
function forget<C>(state: ReducerState<C>, fold: ModelFold<C>): void {
  for (const chunks of fold.queue.values()) for (const chunk of chunks) state.waitingBytes -= bytesOf(chunk);
  dequeueAll(fold);
}

/** Takes every chunk whose turn it is, and closes what is due before, between and after them. */
function* advance<C>(
  state: ReducerState<C>,
  fold: ModelFold<C>,
  context: ModelContext,
  kind: SignalKind<C>,
): Steps<Closing[]> {
  const closings: Closing[] = [];
  for (;;) {
    yield;
    const chunk = nextChunk(state, fold);
    const until = chunk?.logTime ?? readUpTo(state, fold);
    closings.push(...(yield* closeDue(fold, state.partitions, context, kind, until)));
    if (!chunk) return closings;
    dequeue(fold, chunk);
    state.waitingBytes -= bytesOf(chunk);
    const alarms = holdOrWatch(fold, chunk, context);
    closings.push(...alarms.map((alarm) => ({ logTime: chunk.logTime, signals: [alarm] })));
    takeChunk(fold, chunk, kind.content, context.spec.window);
    closings.push(...(yield* giveWay(fold, context, kind, chunk.logTime)));
    // A chunk may bring what a window was waiting for: it closes with it, however long its rows had
    // lain beyond.
    const { logTime } = chunk;
    closings.push(...(yield* closeDue(fold, state.partitions, context, kind, logTime, logTime)));
  }
}
