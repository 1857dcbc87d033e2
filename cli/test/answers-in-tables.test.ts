import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { TypedProducer } from '@driftloop/bus';
import { defaultSpec } from '@driftloop/registry';
import type { InferenceRequest } from '@driftloop/schemas';
import { describeIncumbent } from '../src/register/monitored.ts';
import { readAnsweredRows } from '../src/register/read-rows.ts';
import { produceTable } from '../src/stream/produce.ts';
import { type ColumnRoles, fitTable } from '../src/table/fit-table.ts';
import { openTable } from '../src/table/open-table.ts';
import { sliceTable } from '../src/table/table.ts';

const folder = mkdtempSync(join(tmpdir(), 'answers-'));
after(() => rmSync(folder, { recursive: true }));
const spec = defaultSpec({
  model: 'loans',
  task: 'binary',
  classes: 2,
  classNames: ['no', 'yes'],
  features: [{ name: 'a', kind: 'numeric', allowMissing: false }],
  intervalMs: 1_000,
});
let files = 0;
function file(content: string): string {
  const path = join(folder, `rows-${files++}`);
  writeFileSync(path, content);
  return path;
}
const fit = async (content: string, roles: Partial<ColumnRoles>) =>
  fitTable(await openTable(file(content), {}), spec, { label: 'y', ...roles });

test('answers stand in columns that are no features, with probabilities and the version beside', async () => {
  const table = await fit('a,said,p,v,y\n1,yes,0.75,7,no\n2,no,,8,no\n3,,,,yes\n', {
    answers: 'said',
    scores: ['p'],
    answeredBy: 'v',
  });
  assert.deepEqual([...table.features], [1, 2, 3]);
  assert.deepEqual(table.answerAt?.(0), {
    outputs: Float32Array.of(0.75),
    predictedName: 'yes',
    version: '7',
  });
  assert.deepEqual(table.answerAt?.(1), {
    outputs: new Float32Array(),
    predictedName: 'no',
    version: '8',
  });
  assert.equal(table.answerAt?.(2), undefined);
  assert.equal(sliceTable(table, 1, 3).answerAt?.(0)?.predictedName, 'no');
});

test('a cell that is no answer of the model is named by its row', async () => {
  await assert.rejects(fit('a,said,y\n1,yes,no\n2,perhaps,no\n', { answers: 'said' }), {
    code: 'REQUEST_INVALID',
    message: /line 3.*'perhaps'.*classes no, yes/,
  });
});

const CALLS = [
  {
    id: 'x',
    request: { dataframe_split: { columns: ['a'], data: [[1]] } },
    response: { predictions: ['no'] },
    y: 'no',
  },
  { id: 'y', request: { instances: [{ a: 2 }] }, response: { predictions: [[0.25, 0.75]] }, y: 'yes' },
];
const callsFile = (calls: readonly { request: object; response: object }[]) =>
  calls
    .map((call) => {
      const bodies = { request: JSON.stringify(call.request), response: JSON.stringify(call.response) };
      return JSON.stringify({ ...call, ...bodies });
    })
    .join('\n');

test('a table of calls has its rows and answers in the JSON of request and response', async () => {
  const table = await fit(callsFile(CALLS), { id: 'id', request: 'request', response: 'response' });
  assert.deepEqual([...table.features], [1, 2]);
  assert.deepEqual(table.ids, ['x', 'y']);
  assert.equal(table.answerAt?.(0)?.predictedName, 'no');
  const sent: InferenceRequest[] = [];
  const producer: Pick<TypedProducer, 'send'> = {
    send: async (topic, records) => {
      if (topic === 'inference.requests')
        for (const { value } of records) sent.push(value as InferenceRequest);
    },
  };
  await produceTable({
    producer: producer as TypedProducer,
    model: 'loans',
    table,
    clock: { startMs: 0, intervalMs: 1 },
    labelDelayRows: 0,
    rate: Number.POSITIVE_INFINITY,
  });
  assert.deepEqual(
    sent.map(({ requestId, answer }) => [requestId, answer?.predictedName ?? answer?.outputs[1]]),
    [
      ['x', 'no'],
      ['y', 0.75],
    ],
  );
});

test('a call of several rows in a table is refused with what to do', async () => {
  const two = {
    id: 'x',
    y: 'no',
    request: { instances: [[1], [2]] },
    response: { predictions: ['no', 'no'] },
  };
  await assert.rejects(fit(callsFile([two]), { request: 'request', response: 'response' }), {
    message: /the call has 2 rows, and a table one row per call/,
  });
  await assert.rejects(fit(callsFile(CALLS), { request: 'request' }), { message: /go together/ });
});

test('a version of others is described by what it answered, at its own threshold', async () => {
  const lines = Array.from({ length: 200 }, (_, row) => {
    const score = (row % 10) / 10;
    // It says yes from 0.8 on, and is right with that.
    const said = score >= 0.8 ? 'yes' : 'no';
    return `${score},${said},${score},${said}`;
  });
  const path = file(`a,said,p,y\n${lines.join('\n')}\n`);
  const { data, answerOf } = await readAnsweredRows(path, spec, {
    label: 'y',
    answers: 'said',
    scores: ['p'],
    start: 0,
  });
  const { profile, metrics } = describeIncumbent(spec, data, answerOf);
  assert.equal(metrics.accuracy, 1);
  assert.equal(profile.outputs.score.mean, 1);
  assert.deepEqual(profile.outputs.classes.counts.slice(0, 2), [160, 40]);
  assert.throws(() => describeIncumbent(spec, data, () => undefined), { code: 'DATA_INVALID' });
});

test('a version of others with several outputs is described by all of them', async () => {
  const several = {
    ...spec,
    task: 'regression',
    classes: 0,
    classNames: [],
    outputs: [{ name: 'price' }, { name: 'days' }],
  } as const;
  const lines = Array.from({ length: 200 }, (_, row) => [row, row % 7, -row, (row % 7) + 1, -row].join(','));
  const path = file(`a,price,days,p,d\n${lines.join('\n')}\n`);
  const options = { label: 'price,days', scores: ['p', 'd'], start: 0 };
  const { data, answerOf } = await readAnsweredRows(path, several, options);
  const { profile, metrics } = describeIncumbent(several, data, answerOf);
  // Days are right; of prices the error is 1, in the unit of their variance, 4.
  assert.ok(Math.abs((metrics.error ?? 0) - 1 / 8) < 0.01, String(metrics.error));
  assert.equal(profile.outputs.layout.outputs?.length, 2);
});
