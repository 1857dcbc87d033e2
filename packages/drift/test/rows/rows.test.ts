import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSketch } from '@driftloop/schemas';
import { createAnswerOrder, createServedAnswers, liveAt } from '@driftloop/spec';
import { answer } from '@driftloop/spec/testing';
import {
  createLabelRows,
  createPredictionRows,
  createRequestRows,
  createSampleRanks,
  EARLY_LABEL_MS,
  type Models,
} from '../../src/index.ts';
import { profileOf, specOf } from '../fixtures.ts';

const spec = specOf({ numeric: 1, lengthMs: 100 });
const profile = profileOf(spec, 200);
const lived = [
  { version: 1, since: 1_000 },
  { version: 2, since: 2_000 },
  { version: 0, since: 3_000 },
];
const models: Models = {
  of: (model) =>
    model === 'm' ? { spec, liveAt: (logTime) => liveAt(lived, logTime), profile: () => profile } : undefined,
};
const place = { partition: 0, chunkStart: 0 };
const end = { chunkEnd: 10, logTime: 5_000 };
const counts = (sketches: readonly DriftSketch[]) =>
  sketches.map(({ model, rejected, windows }) => [
    model,
    rejected,
    windows.map(({ version, n }) => [version, n]),
  ]);

test('a request is held against the version that was live when it came, by the log', () => {
  const rows = createRequestRows(place, models, createSampleRanks());
  [500, 1_000, 1_999, 2_000, 2_001, 3_000].forEach((logTime, offset) => {
    const value = { requestId: `r${offset}`, model: 'm', eventTime: 5, features: Float32Array.of(0) };
    rows.add({ offset, timestamp: logTime, logTime, value });
  });
  // Of the time before the first version, that one; while none is live there is nothing to hold it
  // against.
  assert.deepEqual(counts(rows.sketches(end)), [['m', 1, [[2, 5]]]]);
  assert.deepEqual(
    [0, 999, 1_000, 1_999, 2_000, 2_999, 3_000].map((time) => liveAt(lived, time)),
    [1, 1, 1, 1, 2, 2, 0],
  );
  assert.equal(liveAt([], 5), 0);
});

test('how far an event lies behind the log is told by its own record, whatever came before it', () => {
  const sketchOf = (logTimes: readonly number[]) => {
    const rows = createRequestRows(place, models, createSampleRanks());
    logTimes.forEach((logTime, offset) => {
      const value = { requestId: `r${offset}`, model: 'm', eventTime: 5, features: Float32Array.of(0) };
      rows.add({ offset, timestamp: 1_000 + offset, logTime, value });
    });
    return rows.sketches(end)[0]?.windows[0]?.sketch;
  };
  // A record of before, whose timestamp was wrong, has held the log's clock.
  const held = sketchOf([1_900, 1_900, 1_900]);
  assert.ok(held);
  assert.deepEqual(held, sketchOf([1_000, 1_001, 1_002]));
});

test('requests of unknown models, of the future and with long ids are left out, as they are refused', () => {
  const rows = createRequestRows(place, models, createSampleRanks());
  const value = { requestId: 'r', model: 'm', eventTime: 5, features: Float32Array.of(0) };
  rows.add({ offset: 0, timestamp: 2_000, logTime: 2_000, value: { ...value, model: 'other' } });
  rows.add({
    offset: 1,
    timestamp: Date.UTC(2026, 0, 1),
    logTime: 2_000,
    value: { ...value, eventTime: Date.UTC(2026, 0, 3) },
  });
  rows.add({
    offset: 2,
    timestamp: 2_000,
    logTime: 2_000,
    value: { ...value, requestId: 'r'.repeat(1_025) },
  });
  assert.deepEqual(rows.sketches(end), []);
});

test('answers of the live version count, each once, whatever chunk they are in', () => {
  const order = createAnswerOrder();
  const first = createPredictionRows(place, models, order);
  const add = (rows: typeof first, requestOffset: number, role: 'live' | 'shadow' | 'canary', model = 'm') =>
    rows.add({
      offset: 0,
      timestamp: 1,
      logTime: 1,
      value: answer(`r${requestOffset}`, { requestOffset, role, model }),
    });
  add(first, 0, 'live');
  add(first, 1, 'shadow');
  add(first, 1, 'live');
  add(first, 2, 'canary');
  add(first, 0, 'live');
  assert.deepEqual(counts(first.sketches(end)), [['m', 0, [[1, 2]]]]);
  const second = createPredictionRows({ ...place, chunkStart: 10 }, models, order);
  add(second, 1, 'live');
  assert.deepEqual(second.sketches(end), []);
  add(second, 3, 'live');
  add(second, 4, 'live', 'other');
  assert.deepEqual(counts(second.sketches(end)), [['m', 0, [[1, 1]]]]);
});

test('an answer that no service can have given is rejected, and stops nothing', () => {
  const strange = [{ version: 0 }, { version: -3 }, { requestPartition: -1 }, { requestOffset: -1 }];
  const order = createAnswerOrder();
  const known: Models = {
    of: () => ({
      spec,
      liveAt: () => 1,
      profile(version) {
        assert.equal(version, 1, 'there is no such profile');
        return profile;
      },
    }),
  };
  const predictions = createPredictionRows(place, known, order);
  const add = (value: ReturnType<typeof answer>) =>
    predictions.add({ offset: 0, timestamp: 1, logTime: 1, value });
  for (const change of strange) add(answer('forged', { role: 'live', ...change }));
  add(answer('a', { role: 'live', requestOffset: 3 }));
  assert.deepEqual(counts(predictions.sketches(end)), [['m', strange.length, [[1, 1]]]]);

  const labels = createLabelRows(place, known);
  const answers = createServedAnswers();
  answers.add(strange.map((change, index) => answer(`forged-${index}`, change)));
  answers.add([answer('shadowed', { role: 'shadow', version: -2 }), answer('shadowed')]);
  for (const requestId of ['forged-0', 'forged-1', 'forged-2', 'forged-3', 'shadowed']) {
    const value = { requestId, model: 'm', label: 1, eventTime: 7 };
    const found = answers.find('m', requestId, 0);
    assert(found);
    labels.add({ offset: 0, timestamp: 1, logTime: 10_000, value }, found);
  }
  assert.deepEqual(counts(labels.sketches(end)), [['m', strange.length, [[1, 1]]]]);
});

test('labels: what counts, and why the rest does not', () => {
  const answers = createServedAnswers();
  const at = (requestId: string, requestTime: number) => answer(requestId, { requestTime });
  answers.add([
    at('a', 1_000),
    at('early', 10_000 + EARLY_LABEL_MS),
    at('too-early', 10_001 + EARLY_LABEL_MS),
  ]);
  answers.add([at('unknown-time', -1)]);
  const rows = createLabelRows(place, models);
  const add = (requestId: string, label = 1, model = 'm', logTime = 10_000) => {
    const value = { requestId, model, label, eventTime: 7 };
    return rows.add(
      { offset: 3, timestamp: logTime, logTime, value },
      answers.find(model, requestId, logTime),
    )?.code;
  };
  assert.equal(add('a'), undefined);
  assert.equal(add('early'), undefined);
  assert.equal(add('too-early'), 'LABEL_UNMATCHED');
  assert.equal(add('too-early', 1, 'm', 0), undefined, 'a label of an unknown time');
  assert.equal(add('unknown-time'), undefined);
  assert.equal(add('nobody'), 'LABEL_UNMATCHED');
  assert.equal(add('a', 1, 'other'), 'MODEL_UNKNOWN');
  for (const label of [2, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
    assert.equal(add('a', label), 'LABEL_INVALID', String(label));
  const long = 'r'.repeat(1_025);
  answers.add([at(long, 1_000), at('r'.repeat(1_024), 1_000)]);
  assert.equal(add(long), 'REQUEST_ID_TOO_LONG', 'whoever answered it');
  assert.equal(add('r'.repeat(1_024)), undefined);
  assert.deepEqual(counts(rows.sketches(end)), [['m', 8, [[1, 5]]]]);
});

test('of what is long the reason why a label does not count quotes the beginning', () => {
  const rows = createLabelRows(place, models);
  for (const { model, requestId } of [
    { model: 'm', requestId: 'r'.repeat(510_000) },
    { model: 'n'.repeat(510_000), requestId: 'r' },
  ]) {
    const value = { requestId, model, label: 1, eventTime: 7 };
    const refusal = rows.add({ offset: 3, timestamp: 1, logTime: 1, value }, undefined);
    assert.ok(refusal && refusal.reason.length < 400);
  }
});
