import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ERRORS, type ErrorCode, isErrorCode } from '../src/index.ts';

const CODES = Object.keys(ERRORS) as ErrorCode[];
type Run = (typeof ERRORS)[ErrorCode]['run'];

/**
 * Clients, scripts and operators rely on these: HTTP status, exit code, what becomes of a training
 * run.
 */
const GOLDEN: Readonly<Record<ErrorCode, readonly [http: number, exit: number, run?: Run]>> = {
  CONFIG_INVALID: [500, 2],
  STARTUP_TIMEOUT: [500, 3],
  KAFKA_UNAVAILABLE: [503, 3, 'again'],
  PARTITION_LOST: [500, 1, 'again'],
  REGISTRY_UNAVAILABLE: [503, 3, 'again'],
  SCHEMA_INCOMPATIBLE: [500, 1],
  WAREHOUSE_UNAVAILABLE: [503, 3, 'again'],
  MIGRATION_CHANGED: [500, 1],
  // The exit code was 1 before there was one table.
  ARTIFACTS_UNAVAILABLE: [503, 3, 'again'],
  KUBERNETES_UNAVAILABLE: [503, 3, 'again'],
  NOTIFICATION_UNDELIVERED: [503, 3, 'again'],
  CREDENTIALS_REFUSED: [503, 3],
  CERTIFICATE_REFUSED: [503, 3],
  PERMISSION_DENIED: [503, 3],
  CHECKPOINT_TOO_LARGE: [500, 1],
  LOCAL_TOOL_MISSING: [500, 3],
  LOCAL_START_FAILED: [500, 3],
  RECORD_NOT_AVRO: [500, 1],
  RECORD_NOT_UTF8: [500, 1],
  RECORD_UNKNOWN_SCHEMA: [500, 1],
  RECORD_INVALID: [500, 1],
  RECORD_TOO_LARGE: [500, 1],
  REQUEST_ID_TOO_LONG: [400, 2],
  // The exit codes of these four were 1; FEATURE_NOT_FINITE stopped the trainer.
  FEATURES_WRONG_LENGTH: [400, 2, 'rejected'],
  FEATURE_NOT_FINITE: [400, 2, 'rejected'],
  FEATURE_MISSING: [400, 2, 'rejected'],
  EVENT_TIME_AHEAD: [400, 2],
  EVENT_TIME_INVALID: [400, 2],
  ANSWER_MISSING: [400, 2],
  ANSWER_INVALID: [400, 2],
  PAYLOAD_INVALID: [400, 2],
  PAYLOAD_UNPAIRED: [500, 1],
  PREDICTION_FAILED: [500, 1],
  PREDICTION_DEADLINE: [500, 1],
  PREDICTION_MEMORY: [500, 1],
  PREDICTION_HELD: [500, 1],
  RUNTIME_CRASHED: [500, 1],
  SKETCH_INVALID: [500, 1],
  LABEL_UNMATCHED: [500, 1],
  // The exit code was 1, and it stopped the trainer.
  LABEL_INVALID: [400, 2, 'rejected'],
  MODEL_UNKNOWN: [404, 4],
  MODEL_NOT_LIVE: [409, 1],
  MODEL_INVALID: [500, 2, 'failed'],
  SOURCE_INVALID: [400, 2],
  VERSION_UNKNOWN: [404, 4, 'failed'],
  VERSION_NOT_LIVE: [409, 1],
  VERSION_NOT_SERVABLE: [409, 1, 'failed'],
  VERSION_MONITORED: [409, 1, 'failed'],
  SPEC_INVALID: [400, 2, 'failed'],
  ARTIFACT_MISSING: [409, 1, 'failed'],
  ARTIFACT_CORRUPT: [409, 1, 'failed'],
  // The exit codes of these three were 1.
  OPERATOR_UNSUPPORTED: [500, 2, 'failed'],
  GRAPH_INVALID: [500, 2, 'failed'],
  ENGINE_UNAVAILABLE: [500, 3, 'failed'],
  ENGINE_OUT_OF_MEMORY: [500, 1, 'failed'],
  DATA_INVALID: [500, 2, 'rejected'],
  // The exit code was 1.
  DETECTOR_UNKNOWN: [500, 2],
  // The status was 500 before strategies were asked for over HTTP.
  STRATEGY_UNKNOWN: [400, 2, 'failed'],
  TRAINING_FAILED: [500, 1, 'rejected'],
  REQUEST_INVALID: [400, 2],
  NOT_FOUND: [404, 4],
  LETTER_DECIDED: [409, 1],
  LETTER_IN_HAND: [409, 1],
  // These three were the gateway's own.
  UNAUTHORIZED: [401, 1],
  FORBIDDEN: [403, 1],
  OIDC_UNAVAILABLE: [503, 3],
  SPEC_CHANGED: [409, 1],
  IDEMPOTENCY_KEY_REUSED: [409, 1],
  RATE_LIMITED: [429, 1],
  ANSWER_OVERDUE: [504, 1],
  GATEWAY_STOPPING: [503, 3],
  INTERNAL: [500, 1],
};

test('what an error costs is what it was, where nothing was missing', () => {
  const costs = Object.fromEntries(
    CODES.map((code) => {
      const { http, exit, run } = ERRORS[code];
      return [code, run === undefined ? [http, exit] : [http, exit, run]];
    }),
  );
  assert.deepEqual(costs, GOLDEN);
});

test('HTTP and the command line agree on whose fault it is', () => {
  const exits: Readonly<Record<number, number>> = { 400: 2, 404: 4, 503: 3 };
  for (const code of CODES) {
    const { http, exit } = ERRORS[code];
    if (http in exits) assert.equal(exit, exits[http], code);
  }
});

test('what passes starts a run again, and no run ends with what passes', () => {
  for (const code of CODES) {
    const { retriable, run } = ERRORS[code];
    if (run === 'again') assert(retriable, code);
    if (run === 'rejected') assert(!retriable, code);
  }
});

test('a few errors cost more than themselves', () => {
  const having = (flag: 'lasts' | 'losesProfile' | 'endsProcess' | 'refusesFile') =>
    CODES.filter((code) => ERRORS[code][flag]).sort();
  assert.deepEqual(having('lasts'), [
    'CERTIFICATE_REFUSED',
    'CONFIG_INVALID',
    'CREDENTIALS_REFUSED',
    'ENGINE_UNAVAILABLE',
    'LOCAL_TOOL_MISSING',
    'MIGRATION_CHANGED',
    'PERMISSION_DENIED',
    'SCHEMA_INCOMPATIBLE',
  ]);
  assert.deepEqual(having('losesProfile'), [
    'ARTIFACT_CORRUPT',
    'ARTIFACT_MISSING',
    'DATA_INVALID',
    'VERSION_UNKNOWN',
  ]);
  assert.deepEqual(having('endsProcess'), ['PREDICTION_DEADLINE', 'PREDICTION_MEMORY', 'RUNTIME_CRASHED']);
  assert.deepEqual(having('refusesFile'), ['GRAPH_INVALID', 'MODEL_INVALID', 'OPERATOR_UNSUPPORTED']);
});

test('a text is a code only where the table has it', () => {
  assert(isErrorCode('NOT_FOUND'));
  for (const text of ['', 'NOT_FOUND ', 'toString', '__proto__', 'ERR_INVALID_ARG_TYPE'])
    assert(!isErrorCode(text), text);
});

test('docs/errors.md lists every code with its meaning, and no other', () => {
  const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([A-Z0-9_]+)` \| (.+?) \| .+ \|$/gm)];
  const documented = Object.fromEntries(rows.map(([, code, meaning]) => [code, meaning]));
  assert.deepEqual(
    documented,
    Object.fromEntries(Object.entries(ERRORS).map(([code, { meaning }]) => [code, meaning])),
  );
});
