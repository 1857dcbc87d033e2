import type { Signal } from '@driftloop/schemas';
import { CONCEPT_SIGNAL } from '../signals/concept/index.ts';
import { DATA_SIGNAL } from '../signals/data/index.ts';
import { PREDICTION_SIGNAL } from '../signals/prediction/index.ts';
import { type Reducer, reducerOf } from '../windows/reducer.ts';

/**
 * Creates the reducer of a signal: its windows with all its tests.
 * @param mostWaitingBytes room for chunks that wait. @default MOST_WAITING_BYTES of windows/room.ts
 */
export function createReducer(signal: Signal, mostWaitingBytes?: number): Reducer {
  switch (signal) {
    case 'data':
      return reducerOf(DATA_SIGNAL, mostWaitingBytes);
    case 'prediction':
      return reducerOf(PREDICTION_SIGNAL, mostWaitingBytes);
    case 'concept':
      return reducerOf(CONCEPT_SIGNAL, mostWaitingBytes);
  }
}
