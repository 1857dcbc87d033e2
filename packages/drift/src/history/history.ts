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
import type { Written } from '../windows/input-facts.ts';
import type { Reducer } from '../windows/reducer.ts';
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
   * @param written where the record comes from: one that tells of its input what is not so is
   *   refused. @default of that nothing is looked at
   */
  apply(state: HistoryState, sketch: DriftSketch, models: Models, now?: number, written?: Written): Concluded;
  /**
   * `apply` in steps: one record may let thousands of chunks take their turn. Until the last one
   * the state is halfway.
   */
  steps(
    state: HistoryState,
    sketch: DriftSketch,
    models: Models,
    now?: number,
    written?: Written,
  ): Steps<Concluded>;
  /** Models and versions whose profiles `apply` may need for this sketch, beside its own. */
  needs(
    state: HistoryState,
    sketch: DriftSketch,
  ): { readonly model: string; readonly versions: readonly number[] }[];
  /** Its format is that of the windows and of the ensemble in one number. */
  readonly codec: Codec<HistoryState>;
}

type Reducers = Readonly<Record<Signal, Reducer>>;

/** More than the ensemble will have. */
const ENSEMBLE_FORMATS = 1_000;

/** In the order in which they are judged where they closed at the same time. */
const SIGNALS: readonly Signal[] = ['data', 'prediction', 'concept'];

/** Creates the history. @param ensemble another one than usual: for tests */
export function createHistory(ensemble: Ensemble = createEnsemble({ tests: WINDOW_TESTS })): History {
  const reducers: Reducers = {
    data: createReducer('data'),
    prediction: createReducer('prediction'),
    concept: createReducer('concept'),
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
    written?: Written,
  ): Steps<Concluded> {
    const name = sketch.signal;
    const refused = reducers[name].refusal(state.reducers[name], sketch, models, written);
    const taken = refused ? refused.rest : sketch;
    const closings = taken ? yield* reducers[name].steps(state.reducers[name], taken, models) : [];
    const tested = closings.filter(({ signals }) => signals.length > 0);
    // A note lets windows of several models close: their order is the log's.
    state.unjudged[name].push(...tested.map(kept));
    state.unjudged[name].sort((a, b) => a.logTime - b.logTime);
    return {
      signals: tested.flatMap(({ signals }) => signals),
      ...(yield* judge(state, models, now)),
      ...(refused ? { refused: { code: refused.code, reason: refused.reason } } : {}),
    };
  }
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

    needs(state, sketch) {
      const name = sketch.signal;
      const reducer = reducers[name];
      const held = state.reducers[name];
      const isForAll = sketch.clocks.length > 0 || reducer.isAnew(held, sketch);
      const models = new Set(isForAll ? reducer.waiting(held) : []);
      if (sketch.model !== '') models.add(sketch.model);
      return [...models].map((model) => ({ model, versions: reducer.versions(held, model) }));
    },
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
