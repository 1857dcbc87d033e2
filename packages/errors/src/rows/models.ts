import { ABSENT, CONFLICT, type ErrorRow, WRONG, WRONG_FILE } from '../row.ts';

/** Models, their versions, files and specs. */
export const MODELS = {
  MODEL_UNKNOWN: {
    meaning: 'No model of this name is registered.',
    whatToDo: 'Register the model (`pnpm driftloop register`), then send the dead letters again.',
    ...ABSENT,
  },
  MODEL_NOT_LIVE: {
    meaning: 'The model has no live version.',
    whatToDo: 'Publish a version (`pnpm driftloop models` shows them).',
    ...CONFLICT,
  },
  MODEL_INVALID: {
    meaning: 'An ONNX file cannot be read or does not fit the model.',
    whatToDo: 'Check the ONNX file with `pnpm driftloop register --dry-run`.',
    ...WRONG_FILE,
    run: 'failed',
    refusesFile: true,
  },
  SOURCE_INVALID: {
    meaning: 'The address of a model or of its reference is wrong, or what is there is not what was named.',
    whatToDo: 'Correct the address or the hash in the Model resource.',
    ...WRONG,
  },
  VERSION_UNKNOWN: {
    meaning: 'The model has no such version.',
    whatToDo: '`pnpm driftloop models --model NAME` lists the versions.',
    ...ABSENT,
    run: 'failed',
    losesProfile: true,
  },
  VERSION_NOT_LIVE: {
    meaning: 'A call asks for a version that does not answer requests now.',
    whatToDo: 'Leave the version out, or name the live one; roll back to make another one live.',
    ...CONFLICT,
  },
  VERSION_NOT_SERVABLE: {
    meaning: 'The version was rejected or is not available.',
    whatToDo: 'Choose a version that was published once.',
    ...CONFLICT,
    run: 'failed',
  },
  VERSION_MONITORED: {
    meaning: 'The version is served by others and has no ONNX file, which is needed for what was asked.',
    whatToDo: 'Register an ONNX file beside it and bring that live; see docs/beside.md.',
    ...CONFLICT,
    run: 'failed',
  },
  SPEC_INVALID: {
    meaning: 'A model spec is not valid.',
    whatToDo: 'Correct what the message lists; nothing was registered.',
    ...WRONG,
    run: 'failed',
  },
  ARTIFACT_MISSING: {
    meaning: 'An artifact is not in the store.',
    whatToDo: 'Check `ARTIFACTS_URL`: every service must see the same store.',
    ...CONFLICT,
    run: 'failed',
    losesProfile: true,
  },
  ARTIFACT_CORRUPT: {
    meaning: 'An artifact does not have the SHA-256 it is named by.',
    whatToDo: 'Restore the file from a backup, or roll back to another version.',
    ...CONFLICT,
    run: 'failed',
    losesProfile: true,
  },
  OPERATOR_UNSUPPORTED: {
    meaning: 'A graph has an operator that cannot be differentiated.',
    whatToDo: 'Train the tail only, or export the model with the operators of docs/services/trainer.md.',
    ...WRONG_FILE,
    run: 'failed',
    refusesFile: true,
  },
  GRAPH_INVALID: {
    meaning: 'An ONNX graph is malformed.',
    whatToDo: 'Export the model again and check it with the ONNX checker.',
    ...WRONG_FILE,
    run: 'failed',
    refusesFile: true,
  },
} satisfies Record<string, ErrorRow>;
