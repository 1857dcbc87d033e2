import type { Signal } from '@driftloop/schemas';
import { CONCEPT_SIGNAL } from '../signals/concept/index.ts';
import { DATA_SIGNAL } from '../signals/data/index.ts';
import { PREDICTION_SIGNAL } from '../signals/prediction/index.ts';
import { type Reducer, reducerOf } from '../windows/reducer.ts';

/** Creates the reducer of a signal: its windows with all its tests. */
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
