import { DriftloopError, type Refusal } from '@driftloop/errors';
import type {
  Codec,
  DriftSignal,
  DriftSketch,
  DriftVerdict,
  RetrainCommand,
  Signal,
} from '@driftloop/schemas';
import type { Models } from '../chunks/context.ts';
import { createEnsemble, type Ensemble } from '../ensemble/ensemble.ts';
import type { EnsembleState } from '../ensemble/state.ts';
import { itemOf } from '../signals/evidence-item.ts';
import { WINDOW_TESTS } from '../signals/table.ts';
import type { Closing } from '../windows/close-due.ts';
import type { Written } from '../windows/input-facts.ts';
import type { Reducer } from '../windows/reducer.ts';
import { endPass, isOver, type Pass, passDue, type SketchPlace } from '../windows/room.ts';
import type { ReducerState } from '../windows/state.ts';
import { finish, type Steps } from '../windows/steps.ts';
import { createReducer } from './create-reducer.ts';

/** What a record led to. */
export interface Concluded {
  readonly signals: readonly DriftSignal[];
  readonly verdicts: readonly DriftVerdict[];
  readonly commands: readonly RetrainCommand[];
  /** Why the record was left out, where it was. */
  readonly refused?: Refusal;
  /**
   * The record begins a topic that was made anew, and chunks of the one before are on the sketch
   * log only: it has to come again after them. @default it was taken
   */
  readonly isHeldUp?: boolean;
}

/** A closed window that waits to be judged. */
interface Unjudged {
  /** Log time at which it closed. */
  readonly logTime: number;
  readonly signals: readonly DriftSignal[];
}

/** The state of a history; `apply` changes it in place. */
export interface HistoryState {
  readonly reducers: Readonly<Record<Signal, ReducerState>>;
  /** Of each signal, in the order in which they closed. */
  readonly unjudged: Record<Signal, Unjudged[]>;
  readonly judged: EnsembleState;
}

/**
 * What follows from the inputs of all models: a fold over the sketch log to signals, verdicts and
 * commands that is a function of the chunks alone. Each signal's windows close by its own clock;
 * they are judged in the order of the log time at which they closed, once all three signals have
 * been read up to there. Live and backtest are both this fold. A record that cannot be read is left
 * out, and its rows are counted: the same log gives the same history with it, too.
 */
export interface History {
  initial(): HistoryState;
  /**
   * @param models must have the profiles of the sketch's versions and of `needs` loaded
   * @param now wall clock; it goes into a command's `issuedAt` and nowhere else. @default a command
   *   is issued at the event time of its decision
   */
  apply(state: HistoryState, sketch: DriftSketch, models: Models, now?: number): Concluded;
  /**
   * `apply` in steps: one record may let thousands of chunks take their turn. Until the last one
   * the state is halfway.
   *
   * @param written where the record comes from: one that tells of its input what is not so is
   *   refused, and chunks that there is no room for are left on the sketch log. @default neither
   */
  steps(
    state: HistoryState,
    sketch: DriftSketch,
    models: Models,
    now?: number,
    written?: WrittenAt,
  ): Steps<Concluded>;
  /**
   * The pass over the sketch log that is due before the next record is taken: chunks are waited for
   * that were left there. Its records are given to `steps` with the pass in their place until it
   * `isOver`, and then to `endPass`.
   *
   * @returns undefined while none is
   */
  passDue(state: HistoryState, signal: Signal): Pass | undefined;
  /** @param offset the next one in the sketch log */
  isOver(state: HistoryState, signal: Signal, pass: Pass, offset: number): boolean;
  /**
   * Ends a pass, and takes what has its turn by now.
   *
   * @param how.offset the next one that it would have read
   * @param how.isEnd whether all has been read again that was read before
   * @param models must have the profiles of `needsOfAll` loaded
   */
  endPass(
    state: HistoryState,
    signal: Signal,
    pass: Pass,
    how: { readonly offset: number; readonly isEnd: boolean },
    models: Models,
    now?: number,
  ): Steps<Concluded>;
  /** Models and versions whose profiles `apply` may need for this sketch, beside its own. */
  needs(state: HistoryState, sketch: DriftSketch): Needs;
  /** The same for all models of a signal. */
  needsOfAll(state: HistoryState, signal: Signal): Needs;
  /** Its format is that of the windows and of the ensemble in one number. */
  readonly codec: Codec<HistoryState>;
}

/** Versions of models. */
type Needs = readonly { readonly model: string; readonly versions: readonly number[] }[];

/** Where a record comes from, and where it lies in the sketch log. */
export interface WrittenAt extends Written, SketchPlace {}

type Reducers = Readonly<Record<Signal, Reducer>>;

/** More than the ensemble will have. */
const ENSEMBLE_FORMATS = 1_000;

/** In the order in which they are judged where they closed at the same time. */
const SIGNALS: readonly Signal[] = ['data', 'prediction', 'concept'];

/**
 * Creates the history.
 * @param ensemble another one than usual: for tests
 * @param mostWaitingBytes room of each signal for chunks that wait. @default MOST_WAITING_BYTES of
 *   windows/room.ts
 */
export function createHistory(
  ensemble: Ensemble = createEnsemble({ tests: WINDOW_TESTS }),
  mostWaitingBytes?: number,
): History {
  const reducers: Reducers = {
    data: createReducer('data', mostWaitingBytes),
    prediction: createReducer('prediction', mostWaitingBytes),
    concept: createReducer('concept', mostWaitingBytes),
  };

  /** Judges every window that no other can come before any more. */
  function* judge(
    state: HistoryState,
    models: Models,
    now: number | undefined,
  ): Steps<Omit<Concluded, 'signals'>> {
    const verdicts: DriftVerdict[] = [];
    const commands: RetrainCommand[] = [];
    for (;;) {
      const next = nextUnjudged(state.unjudged);
      if (!next || SIGNALS.some((name) => !isSettled(state, name, next.logTime)))
        return { verdicts, commands };
      yield;
      state.unjudged[next.signal].shift();
      for (const signal of next.signals) {
        const spec = models.of(signal.model)?.spec;
        if (!spec) continue;
        const { verdict, command } = ensemble.apply(state.judged, signal, spec, now ?? signal.windowEnd);
        if (verdict) verdicts.push(verdict);
        if (command) commands.push(command);
      }
    }
  }
  function* steps(
    state: HistoryState,
    sketch: DriftSketch,
    models: Models,
    now?: number,
    written?: WrittenAt,
  ): Steps<Concluded> {
    const name = sketch.signal;
    const refused = reducers[name].refusal(state.reducers[name], sketch, models, written);
    const taken = refused ? refused.rest : sketch;
    const closings = taken ? yield* reducers[name].steps(state.reducers[name], taken, models, written) : [];
    return {
      ...(yield* conclude(state, name, closings, models, now)),
      ...(taken && reducers[name].isAnew(state.reducers[name], taken) ? { isHeldUp: true } : {}),
      ...(refused ? { refused: { code: refused.code, reason: refused.reason } } : {}),
    };
  }
  /** Has closed windows wait for their turn, and judges those whose turn it is. */
  function* conclude(
    state: HistoryState,
    name: Signal,
    closings: readonly Closing[],
    models: Models,
    now: number | undefined,
  ): Steps<Concluded> {
    const tested = closings.filter(({ signals }) => signals.length > 0);
    // A note lets windows of several models close: their order is the log's.
    state.unjudged[name].push(...tested.map(kept));
    state.unjudged[name].sort((a, b) => a.logTime - b.logTime);
    return {
      signals: tested.flatMap(({ signals }) => signals),
      ...(yield* judge(state, models, now)),
    };
  }
  const versionsOf = (state: HistoryState, signal: Signal, models: readonly string[]): Needs =>
    models.map((model) => ({ model, versions: reducers[signal].versions(state.reducers[signal], model) }));
  /** Nothing that comes of a signal closes at this log time or before. */
  const isSettled = (state: HistoryState, name: Signal, logTime: number) =>
    reducers[name].settledUpTo(state.reducers[name]) > logTime;

  return {
    codec: codecOf(reducers, ensemble),
    initial: () => ({
      reducers: {
        data: reducers.data.initial(),
        prediction: reducers.prediction.initial(),
        concept: reducers.concept.initial(),
      },
      unjudged: { data: [], prediction: [], concept: [] },
      judged: ensemble.initial(),
    }),

    apply: (...given) => finish(steps(...given)),
    steps,

    passDue: (state, signal) => passDue(state.reducers[signal]),
    isOver: (state, signal, pass, offset) => isOver(state.reducers[signal], pass, offset),
    *endPass(state, signal, pass, { offset, isEnd }, models, now) {
      const held = state.reducers[signal];
      endPass(held, pass, offset, isEnd);
      return yield* conclude(state, signal, yield* reducers[signal].catchUp(held, models), models, now);
    },

    needs(state, sketch) {
      const { signal, model, clocks } = sketch;
      const reducer = reducers[signal];
      const held = state.reducers[signal];
      const isForAll = clocks.length > 0 || reducer.isAnew(held, sketch);
      const models = new Set(isForAll ? reducer.waiting(held) : []);
      if (model !== '') models.add(model);
      return versionsOf(state, signal, [...models]);
    },
    needsOfAll: (state, signal) =>
      versionsOf(state, signal, reducers[signal].waiting(state.reducers[signal])),
  };
}

function codecOf(reducers: Reducers, ensemble: Ensemble): Codec<HistoryState> {
  const format = ENSEMBLE_FORMATS * reducers.data.codec.format + ensemble.codec.format;
  return {
    format,
    encode({ reducers: states, unjudged, judged }) {
      return JSON.stringify({
        format,
        reducers: SIGNALS.map((name) => reducers[name].codec.encode(states[name])),
        unjudged,
        judged: ensemble.codec.encode(judged),
      });
    },

    decode(text) {
      const saved = JSON.parse(text) as {
        format: number;
        reducers: [string, string, string];
        unjudged: HistoryState['unjudged'];
        judged: string;
      };
      if (saved.format !== format) {
        throw new DriftloopError(
          'DATA_INVALID',
          `A checkpoint has format ${saved.format}, this version reads ${format}: delete it and read the log again.`,
        );
      }
      const [data, prediction, concept] = saved.reducers;
      return {
        reducers: {
          data: reducers.data.codec.decode(data),
          prediction: reducers.prediction.codec.decode(prediction),
          concept: reducers.concept.codec.decode(concept),
        },
        unjudged: saved.unjudged,
        judged: ensemble.codec.decode(saved.judged),
      };
    },
  };
}

/** With numbers that JSON holds: what is restored is then judged as what was saved. */
function kept({ logTime, signals }: Unjudged): Unjudged {
  return { logTime, signals: signals.map((signal) => ({ ...signal, ...itemOf(signal) })) };
}

function nextUnjudged(
  unjudged: HistoryState['unjudged'],
): (Unjudged & { readonly signal: Signal }) | undefined {
  let first: (Unjudged & { readonly signal: Signal }) | undefined;
  for (const signal of SIGNALS) {
    const [head] = unjudged[signal];
    if (head && (!first || head.logTime < first.logTime)) first = { ...head, signal };
  }
  return first;
}
