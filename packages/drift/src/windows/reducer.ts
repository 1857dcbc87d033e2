import type { DriftSignal, DriftSketch, Signal } from '@driftloop/schemas';
import type { ModelContext } from '../chunks/context.ts';
import { CONCEPT_SIGNAL } from '../signals/concept/index.ts';
import { DATA_SIGNAL } from '../signals/data/index.ts';
import { PREDICTION_SIGNAL } from '../signals/prediction/index.ts';
import { decodeState, encodeState } from './codec.ts';
import { foldSketch, type SignalKind } from './fold.ts';
import { type ReducerState, versionsOf } from './state.ts';

/** What a record led to. The state is the one that was passed, changed in place: a fold owns its state. */
export interface Reduced<State> {
  readonly state: State;
  /** Complete windows, in the order of their end, version and ordinal. */
  readonly signals: DriftSignal[];
}

/** The reduce side of a drift service: a deterministic fold over the records of its signal in the sketch log. */
export interface Reducer<State = ReducerState> {
  readonly signal: Signal;
  initial(): State;
  /**
   * @param context of the record's model
   * @param input partitions of the input topic: windows wait until each was heard of, or 0 to wait only for those seen
   */
  apply(
    state: State,
    sketch: DriftSketch,
    context: ModelContext,
    input: { readonly partitions: number },
  ): Reduced<State>;
  /** Versions whose rows the state holds back: `apply` may need their profiles, whichever the next record names. */
  versions(state: State, model: string): number[];
  /** JSON text; the restored state goes on to give the same signals, byte for byte. */
  encode(state: State): string;
  decode(text: string): State;
}

/** Creates the reducer of a signal. */
export function createReducer(signal: Signal): Reducer {
  switch (signal) {
    case 'data':
      return reducerOf(DATA_SIGNAL);
    case 'prediction':
      return reducerOf(PREDICTION_SIGNAL);
    case 'concept':
      return reducerOf(CONCEPT_SIGNAL);
  }
}

function reducerOf<C>(kind: SignalKind<C>): Reducer<ReducerState<C>> {
  return {
    signal: kind.signal,
    initial: () => ({ signal: kind.signal, models: new Map() }),
    apply: (state, sketch, context, { partitions }) => ({
      state,
      signals: foldSketch(state, sketch, context, partitions, kind),
    }),
    versions: (state, model) => versionsOf(state.models.get(model)),
    encode: (state) => encodeState(state, kind.content),
    decode: (text) => decodeState(text, kind.signal, kind.content),
  };
}
