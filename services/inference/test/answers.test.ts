import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goesToCanary } from '@driftloop/spec';
import { composePredictions } from '../src/relay/compose.ts';
import { packRows } from '../src/relay/pack.ts';
import { runRows } from '../src/relay/run-rows.ts';
import type { Route, ServedVersion } from '../src/serving/route.ts';
import { requestRecord } from './fixtures/records.ts';
import { specOf } from './fixtures/spec.ts';

/**
 * A version that answers the first feature plus a hundred times its number, and cannot take
 * negative ones.
 */
function versionOf(version: number): ServedVersion {
  const session = {
    worker: 0,
    async run(features: Float32Array<ArrayBuffer>, rows: number) {
      const outputs = Float32Array.from(
        { length: rows },
        (_, row) => (features[row * 2] ?? 0) + version * 100,
      );
      const failures = [...outputs.keys()]
        .filter((row) => (features[row * 2] ?? 0) < 0)
        .map((row) => ({ row, code: 'PREDICTION_FAILED' as const, reason: 'negative' }));
      return { outputs, outputWidth: 1, predicted: outputs, failures, runMs: 0 };
    },
    async release() {},
  };
  return { version, width: 2, session };
}

const features = [[0, 0], [1, 0], [2], [-3, 0], [4, 0], [5, 0], [6, 0], [7, 0]];
const records = features.map((row, offset) => requestRecord(offset, row));

async function answersOf(route: Route, isWritten = (_offset: number, _version: number) => false) {
  const packed = packRows(records, [...records.keys()], route.spec);
  const answers = await runRows(
    packed,
    route,
    records.length,
    (index) => records[index]?.value ?? assert.fail(),
  );
  const composed = composePredictions(records, () => answers, isWritten, 42);
  return {
    answers: composed.predictions.map(({ value, partition }) => {
      assert.equal(partition, 3);
      assert.equal(value.servedAt, 42);
      assert.equal(value.outputs[0], value.predicted);
      return [value.requestOffset, value.role, value.predicted];
    }),
    rejections: composed.rejections,
  };
}

const alone: Route = { spec: specOf('m'), live: versionOf(1), canary: undefined, shadows: [] };

test('the live version answers in the order of the requests', async () => {
  const { answers, rejections } = await answersOf(alone);
  assert.deepEqual(
    answers,
    [0, 1, 4, 5, 6, 7].map((offset) => [offset, 'live', 100 + offset]),
  );
  assert.deepEqual(
    rejections.map(({ index, code }) => [index, code]),
    [[3, 'PREDICTION_FAILED']],
  );
});

test('an answer belongs to the trace of its request', async () => {
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const traced = records.map((record, index) => (index === 1 ? { ...record, trace } : record));
  const packed = packRows(traced, [...traced.keys()], alone.spec);
  const route = { ...alone, shadows: [versionOf(2)] };
  const answers = await runRows(
    packed,
    route,
    traced.length,
    (index) => traced[index]?.value ?? assert.fail(),
  );
  const { predictions } = composePredictions(
    traced,
    () => answers,
    () => false,
    42,
  );
  assert.deepEqual(
    predictions
      .filter((outgoing) => outgoing.trace === trace)
      .map(({ value }) => [value.requestOffset, value.role]),
    [
      [1, 'shadow'],
      [1, 'live'],
    ],
  );
  assert.ok(
    predictions.every((outgoing) => outgoing.value.requestOffset === 1 || outgoing.trace === undefined),
  );
});

test('shadows answer every request, right before the served answer', async () => {
  const { answers } = await answersOf({ ...alone, shadows: [versionOf(2), versionOf(3)] });
  assert.deepEqual(answers.slice(0, 6), [
    [0, 'shadow', 200],
    [0, 'shadow', 300],
    [0, 'live', 100],
    [1, 'shadow', 201],
    [1, 'shadow', 301],
    [1, 'live', 101],
  ]);
  assert.equal(answers.length, 18);
});

test("a shadow's answer that is in the output already is not written again", async () => {
  const route = { ...alone, shadows: [versionOf(2), versionOf(3)] };
  const { answers } = await answersOf(route, (offset, version) => offset === 0 && version === 2);
  assert.deepEqual(answers.slice(0, 2), [
    [0, 'shadow', 300],
    [0, 'live', 100],
  ]);
});

test('the canary answers its share, and the other rows in shadow', async () => {
  const rollout = { canaryShare: 0.5, shadowVersions: [] };
  const { answers } = await answersOf({ ...alone, spec: specOf('m', { rollout }), canary: versionOf(2) });
  const expected = [0, 1, 4, 5, 6, 7].flatMap((offset) =>
    goesToCanary(`r${offset}`, 0.5)
      ? [[offset, 'canary', 200 + offset]]
      : [
          [offset, 'shadow', 200 + offset],
          [offset, 'live', 100 + offset],
        ],
  );
  assert.deepEqual(answers, expected);
  assert.equal(new Set(answers.map(([, role]) => role)).size, 3, 'the test has both');
  const named = { ...alone, spec: specOf('m', { rollout }), canary: versionOf(2), shadows: [versionOf(2)] };
  assert.deepEqual((await answersOf(named)).answers, expected, 'also where the spec names it');
});

test('a canary with the whole share leaves the live version nothing to do', async () => {
  const rollout = { canaryShare: 1, shadowVersions: [] };
  const { answers } = await answersOf({ ...alone, spec: specOf('m', { rollout }), canary: versionOf(2) });
  assert.ok(answers.every(([, role]) => role === 'canary'));
});

const incumbent = (reports = ''): ServedVersion => ({
  version: 9,
  width: 2,
  session: undefined,
  incumbent: { reports },
});

async function carried(route: Route, given: readonly (number | undefined)[], version = 'v7') {
  const asked = given.map((value, offset) => {
    const record = requestRecord(offset, [offset, 0]);
    if (value === undefined) return record;
    const answer = { outputs: Float32Array.of(value), version };
    return { ...record, value: { ...record.value, answer } };
  });
  const packed = packRows(asked, [...asked.keys()], route.spec);
  const answers = await runRows(packed, route, asked.length, (index) => asked[index]?.value ?? assert.fail());
  const { predictions, rejections } = composePredictions(
    asked,
    () => answers,
    () => false,
    42,
  );
  return {
    answers: predictions.map(({ value }) => [
      value.requestOffset,
      value.role,
      value.version,
      value.predicted,
    ]),
    rejections: rejections.map(({ index, code, reason }) => [index, code, reason]),
  };
}

test('a version that others serve answers what the requests carry; one in shadow is run beside it', async () => {
  const route: Route = { ...alone, live: incumbent(), shadows: [versionOf(2)] };
  const { answers, rejections } = await carried(route, [7, undefined, 8]);
  assert.deepEqual(answers, [
    [0, 'shadow', 2, 200],
    [0, 'live', 9, 7],
    [1, 'shadow', 2, 201],
    [2, 'shadow', 2, 202],
    [2, 'live', 9, 8],
  ]);
  assert.equal(rejections.length, 1);
  assert.match(String(rejections[0]), /^1,ANSWER_MISSING,Model 'm' is served by others/);
});

test('once it is taken over, the answers of others are those of a version in shadow, where they come', async () => {
  const route: Route = { ...alone, live: versionOf(2), shadows: [incumbent()] };
  const { answers, rejections } = await carried(route, [7, undefined]);
  assert.deepEqual(answers, [
    [0, 'shadow', 9, 7],
    [0, 'live', 2, 200],
    [1, 'live', 2, 201],
  ]);
  assert.deepEqual(rejections, []);
});

test('an answer of another version than the one that was registered counts as no answer of it', async () => {
  const { answers, rejections } = await carried({ ...alone, live: incumbent('v7') }, [7]);
  assert.deepEqual(answers, [[0, 'live', 9, 7]]);
  assert.deepEqual(rejections, []);
  const other = await carried({ ...alone, live: incumbent('v8') }, [7]);
  assert.deepEqual(other.answers, []);
  assert.match(String(other.rejections), /ANSWER_INVALID,.* version 'v7'.* registered as 'v8'/);
});

test('served answers say what is to be expected of the truth, each of its own row', async () => {
  const expectation = {
    width: 2,
    of: (inputs: Float32Array, outputs: Float32Array, _width: number, rows: number) =>
      Float32Array.from({ length: 2 * rows }, (_, i) =>
        i % 2 === 0 ? (inputs[i] ?? 0) / 10 : (outputs[(i - 1) / 2] ?? 0),
      ),
  };
  const route = {
    ...alone,
    live: { ...versionOf(1), expectation },
    shadows: [{ ...versionOf(2), expectation }],
  };
  const packed = packRows(records, [...records.keys()], route.spec);
  const answers = await runRows(
    packed,
    route,
    records.length,
    (index) => records[index]?.value ?? assert.fail(),
  );
  const { predictions } = composePredictions(
    records,
    () => answers,
    () => false,
    42,
  );
  for (const { value } of predictions) {
    const [feature = 0] = features[value.requestOffset] ?? [];
    // What a shadow answers is estimated nowhere.
    assert.deepEqual(
      value.expected,
      value.role === 'live' ? Float32Array.of(feature / 10, value.predicted) : undefined,
    );
  }
  assert.ok(predictions.some(({ value }) => value.role === 'live'));
});
