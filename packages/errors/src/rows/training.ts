import { type ErrorRow, FAULT, NOT_HERE, WRONG_FILE } from '../row.ts';

/** Training, and what it and drift detection are asked to use. */
export const TRAINING = {
  ENGINE_UNAVAILABLE: {
    meaning: 'The requested engine or device is not available on this machine.',
    whatToDo: 'See the message.',
    ...NOT_HERE,
    run: 'failed',
    lasts: true,
  },
  ENGINE_OUT_OF_MEMORY: {
    meaning: 'The device has too little memory for a run.',
    whatToDo: 'See the message.',
    ...FAULT,
    retriable: true,
    run: 'failed',
  },
  DATA_INVALID: {
    meaning: 'Training or reference data cannot be used.',
    whatToDo: 'The message says which rows and why; the live version serves on.',
    ...WRONG_FILE,
    run: 'rejected',
    losesProfile: true,
  },
  DETECTOR_UNKNOWN: {
    meaning: 'No detector of this name is registered.',
    whatToDo: 'Use one of the names that the message lists.',
    ...WRONG_FILE,
  },
  STRATEGY_UNKNOWN: {
    meaning: 'No strategy of this name is registered.',
    whatToDo: 'Use one of the names that the message lists.',
    ...WRONG_FILE,
    // A call may name one, too.
    http: 400,
    run: 'failed',
  },
  TRAINING_FAILED: {
    meaning: 'A training run ended without a candidate.',
    whatToDo: 'The message says how the run ended; the live version serves on.',
    ...FAULT,
    run: 'rejected',
  },
} satisfies Record<string, ErrorRow>;
