import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BusRecord } from '@driftloop/bus';
import type { ModelContexts } from '@driftloop/drift-stages';
import { createMetrics } from '@driftloop/service';
import type { AskingLabel, ServedAnswer } from '@driftloop/spec';
import { answer } from '@driftloop/spec/testing';
import type { LabelJoin } from '../src/join/label-join.ts';
import type { RequestJoin } from '../src/join/request-join.ts';
import { openLabelPartition } from '../src/label-partition.ts';
import { createMeters } from '../src/meters.ts';

function record(model: string, requestId: string, offset: number): BusRecord<'inference.labels'> {
  const value = { requestId, model, label: 1, eventTime: 0 };
  return {
    partition: 0,
    offset,
    timestamp: 50 + offset,
    key: requestId,
    value,
  } as BusRecord<'inference.labels'>;
}

/** Models m and n, and a join that finds every answer but those of `unknown`. */
function setUp(unknown: readonly string[] = []) {
  const asked: [string, readonly AskingLabel[]][] = [];
  const loaded: [string, number[]][] = [];
  const contexts = {
    of: (model: string) =>
      model === 'x'
        ? undefined
        : {
            spec: { model, task: 'binary', classes: 2, window: { lengthMs: 100 }, drift: {}, features: [] },
            profile: () => ({ outputs: { layout: { id: 'l' } } }),
            async load(versions: Iterable<number>) {
              loaded.push([model, [...versions]]);
            },
          },
  } as unknown as ModelContexts;
  const metrics = createMetrics('test', { ofProcess: false });
  const join: LabelJoin = {
    async answersFor(model, labels) {
      asked.push([model, labels]);
      return labels.map(({ requestId }) =>
        unknown.includes(requestId)
          ? undefined
          : ({ ...answer(requestId, { version: 3 }), requestTime: 20, rivals: [] } as ServedAnswer),
      );
    },
  };
  const requested: [string, string[]][] = [];
  const requestJoin: RequestJoin = {
    async requestsOf(model, answers) {
      requested.push([model, [...answers].map(({ requestId }) => requestId)]);
      return new Map();
    },
  };
  const rows = openLabelPartition(contexts, join, requestJoin, createMeters(metrics));
  return { rows, asked, loaded, metrics, requested };
}

test('what is delivered at once is joined once per model, and the profiles that it needs are loaded', async () => {
  const { rows, asked, loaded, requested } = setUp();
  await rows.prepare(
    [record('m', 'a', 0), record('n', 'b', 1), record('m', 'c', 2), record('x', 'd', 3)],
    () => false,
  );
  assert.deepEqual(asked, [
    [
      'm',
      [
        { offset: 0, requestId: 'a', timestamp: 50 },
        { offset: 2, requestId: 'c', timestamp: 52 },
      ],
    ],
    ['n', [{ offset: 1, requestId: 'b', timestamp: 51 }]],
  ]);
  assert.deepEqual(loaded, [
    ['m', [3]],
    ['n', [3]],
  ]);
  assert.deepEqual(requested, [
    ['m', ['a', 'c']],
    ['n', ['b']],
  ]);
});

test('a label whose id no request can have is not looked for', async () => {
  const { rows, asked } = setUp();
  const long = 'i'.repeat(510_000);
  await rows.prepare([record('m', 'a', 0), record('m', long, 1)], () => false);
  assert.deepEqual(asked, [['m', [{ offset: 0, requestId: 'a', timestamp: 50 }]]]);
  const chunk = rows.createRows({ partition: 0, chunkStart: 0 });
  const { offset, timestamp, value } = record('m', long, 1);
  chunk.add({ offset, timestamp, logTime: timestamp, value });
  assert.deepEqual(
    rows.takeRefused?.().map(({ offset, code }) => [offset, code]),
    [[1, 'REQUEST_ID_TOO_LONG']],
  );
});

test('how late labels are is measured by the times of the log', async () => {
  const { rows, metrics } = setUp(['lost']);
  await rows.prepare([record('m', 'a', 0), record('m', 'lost', 1), record('n', 'b', 7_000)], () => false);
  const text = await metrics.registry.metrics();
  assert.match(text, /label_lag_seconds_sum\{service="test",model="m"\} 0\.03$/m);
  assert.match(text, /label_lag_seconds_count\{service="test",model="m"\} 1$/m);
  assert.match(text, /label_lag_seconds_bucket\{le="10",service="test",model="n"\} 1$/m);
  assert.match(text, /label_lag_seconds_bucket\{le="1",service="test",model="n"\} 0$/m);
});

test('labels become outcomes, and those that do not are refused once, with the reason', async () => {
  const { rows } = setUp(['lost']);
  const records = [record('m', 'a', 0), record('m', 'lost', 1), record('x', 'd', 2)];
  await rows.prepare(records, () => false);
  const chunk = rows.createRows({ partition: 0, chunkStart: 0 });
  for (const { offset, timestamp, value } of records)
    chunk.add({ offset, timestamp, logTime: timestamp, value });
  const [sketch] = chunk.sketches({ chunkEnd: 3, logTime: 52 });
  assert.deepEqual([sketch?.rejected, sketch?.windows.map(({ version, n }) => [version, n])], [1, [[3, 1]]]);
  assert.deepEqual(
    rows.takeRefused?.().map(({ offset, code }) => [offset, code]),
    [
      [1, 'LABEL_UNMATCHED'],
      [2, 'MODEL_UNKNOWN'],
    ],
  );
  assert.deepEqual(rows.takeRefused?.(), []);
});
