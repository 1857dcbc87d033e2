import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { TypedProducer } from '@driftloop/bus';
import type { InferenceLabel, InferenceRequest, ModelSpec } from '@driftloop/schemas';
import { labelOf, rowOf, UNKNOWN_CATEGORY } from '@driftloop/spec';
import { guessSpec, type SpecWishes } from '../src/register/guess-spec.ts';
import { labelledRowsOf } from '../src/register/labelled-rows.ts';
import { produceTable } from '../src/stream/produce.ts';
import { clockOf } from '../src/stream/table-clock.ts';
import { fitTable } from '../src/table/fit-table.ts';
import { openTable } from '../src/table/open-table.ts';
import { sliceTable } from '../src/table/table.ts';
import type { TableOptions } from '../src/table/table-options.ts';

const folder = mkdtempSync(join(tmpdir(), 'fit-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

function open(content: string, options: TableOptions = {}) {
  const path = join(folder, `rows-${files++}`);
  writeFileSync(path, content);
  return openTable(path, options);
}

const BANK = `contract;date;age;balance;job;advised;accepted
C-3;03.01.2024 12:00;41;;nurse;true;yes
C-1;01.01.2024 09:30;30;1.200,50;clerk;false;no
C-2;02.01.2024 10:00;55;-0,5;?;true;
C-4;03.01.2024 12:00;22;7,25;clerk;false;no
`;
const ROLES = { time: 'date' };

async function bank(wishes: Partial<SpecWishes> = {}) {
  const table = await open(BANK, ROLES);
  const { spec } = guessSpec(table, { model: 'bank', id: 'contract', ...wishes });
  return { table, spec };
}

test('a row of the file is the row of the spec, in the order of time, with names in both', async () => {
  const { table, spec } = await bank();
  const fitted = fitTable(table, spec, { label: 'accepted', id: 'contract' });
  assert.deepEqual(fitted.featureNames, ['age', 'balance', 'job', 'advised']);
  assert.deepEqual(fitted.ids, ['C-1', 'C-2', 'C-3', 'C-4']);
  assert.deepEqual(
    [...fitted.features],
    [...[30, 1200.5, 0, 0], ...[55, -0.5, Number.NaN, 1], ...[41, Number.NaN, 1, 1], ...[22, 7.25, 0, 0]],
  );
  assert.deepEqual([...fitted.labels], [0, Number.NaN, 1, 0]);
  assert.deepEqual(fitted.columnsAt?.(1), {
    numbers: { age: 55, balance: -0.5 },
    texts: { advised: 'true' },
  });
  assert.equal(table.intervalMs, 24.5 * 3_600_000);
  assert.deepEqual(
    [...(fitted.times ?? [])].map((time) => new Date(time).toISOString().slice(0, 16)),
    ['2024-01-01T09:30', '2024-01-02T10:00', '2024-01-03T12:00', '2024-01-03T12:00'],
  );
  assert.match(
    table.taken,
    /4 rows; ; separates, decimal comma, .*date is the time, .*rows put in its order\.$/,
  );
});

test('rows without a label are trained on by nobody, and sent without one', async () => {
  const { table, spec } = await bank();
  const fitted = fitTable(table, spec, { label: 'accepted', id: 'contract' });
  const clock = clockOf(table, 0);
  assert.deepEqual([...labelledRowsOf(fitted, clock).labels], [0, 1, 0]);
  const { requests, labels } = await sent({ table: fitted, clock, labelDelayRows: 2, model: 'bank' });
  assert.equal(requests.length, 4);
  assert.deepEqual(
    labels.map(({ requestId, labelName }) => [requestId, labelName]),
    [
      ['C-1', 'no'],
      ['C-3', 'yes'],
      ['C-4', 'no'],
    ],
  );
  // Known when the row two later happened; beyond the last, at the file's distances.
  assert.deepEqual(
    labels.map(({ eventTime }) => new Date(eventTime).toISOString().slice(0, 16)),
    ['2024-01-03T12:00', '2024-01-04T12:30', '2024-01-05T13:00'],
  );
});

test('what is sent by name is what was trained on, also from a slice', async () => {
  const { table, spec } = await bank();
  const whole = fitTable(table, spec, { label: 'accepted', id: 'contract' });
  const slice = sliceTable(whole, 1, 4);
  const stream = { table: slice, clock: clockOf(table, 0), firstRow: 1, labelDelayRows: 0, model: 'bank' };
  const { requests, labels } = await sent(stream);
  assert.ok(requests.every(({ features }) => features.length === 0));
  const rows = requests.flatMap((request) => [...rowOf(request, spec)]);
  assert.deepEqual(rows, [...slice.features]);
  assert.deepEqual(
    labels.map((label) => labelOf(label, spec)),
    [1, 0],
  );
  assert.equal(requests[0]?.eventTime, Date.UTC(2024, 0, 2, 10));
});

test('a table of numbers goes the fast way, by the names of the spec or, called otherwise, in order', async () => {
  const spec = guessSpec(await open('a,b,y\n1,2,0\n3,4,1\n'), { model: 'm' }).spec;
  const reordered = fitTable(await open('y,b,z,a\n0,2,9,1\n'), spec, { label: 'y' });
  assert.deepEqual([...reordered.features], [1, 2]);
  assert.equal(reordered.columnsAt, undefined);
  const renamed = fitTable(await open('p,q,y\n1,2,0\n'), spec, { label: 'y' });
  assert.deepEqual([...renamed.features], [1, 2]);
  const { requests } = await sent({
    table: renamed,
    clock: { startMs: 0, intervalMs: 1 },
    labelDelayRows: 0,
    model: 'm',
  });
  assert.deepEqual([...(requests[0]?.features ?? [])], [1, 2]);
});

test('classes that are numbers are not taken for indices', async () => {
  const table = await open('a,y\n1,-1\n2,1\n3,1.0\n');
  const { spec } = guessSpec(table, { model: 'm' });
  assert.deepEqual(spec.classNames, ['-1', '1']);
  const fitted = fitTable(table, spec, { label: 'y' });
  assert.deepEqual([...fitted.labels], [0, 1, 1]);
  const { labels } = await sent({
    table: fitted,
    clock: { startMs: 0, intervalMs: 1 },
    labelDelayRows: 0,
    model: 'm',
  });
  assert.deepEqual(
    labels.map(({ labelName }) => labelName),
    ['-1', '1', '1'],
  );
});

test('a category that the spec does not name goes out as it is, and is none of those it names', async () => {
  const { spec } = await bank();
  const later = await open(
    'contract;date;age;balance;job;advised;accepted\nC-9;2024-02-01;1;;pilot;;yes\n',
    ROLES,
  );
  const fitted = fitTable(later, spec, { label: 'accepted', id: 'contract' });
  assert.deepEqual([...fitted.features], [1, Number.NaN, UNKNOWN_CATEGORY, Number.NaN]);
  assert.deepEqual(fitted.columnsAt?.(0), { numbers: { age: 1 }, texts: { job: 'pilot' } });
});

test('JSON lines may leave out a feature in every row, where the spec allows it to be missing', async () => {
  const table = await open('{"a":1,"c":{"d":"x"},"y":"b"}\n{"a":2,"y":"a"}\n');
  const { spec } = guessSpec(table, { model: 'm', label: 'y' });
  const fitted = fitTable(await open('{"y":"a","a":3}\n'), spec, { label: 'y' });
  assert.deepEqual([...fitted.features], [3, Number.NaN]);
  assert.deepEqual(fitted.columnsAt?.(0), { numbers: { a: 3 }, texts: {} });
});

const numeric: ModelSpec['features'] = [{ name: 'a', kind: 'numeric', allowMissing: false }];
for (const [what, content, change, message] of [
  [
    'a text in a column of numbers',
    'a,y\n1,x\nabc,z\n',
    { features: numeric },
    /line 3, column 1: 'abc' is not a number.*--missing 'abc'/,
  ],
  [
    'a class that is none',
    'a,y\n1,x\n2,maybe\n',
    {},
    /line 3, column 2: .*'maybe'; model 'm' has the classes x, z\./,
  ],
  [
    'a number that is no class',
    'a,y\n1,3\n',
    { classNames: ['1', '2'] },
    /The label is 3; model 'm' has the classes 1, 2/,
  ],
  [
    'a name where classes have none',
    'a,y\n1,yes\n',
    { classNames: [] },
    /'yes'.*names no classes \(classNames\)/,
  ],
  ['a column that is not there', 'b,c,y\n1,2,x\n', {}, /Not there: a\. The file has b, c\./],
] as const)
  test(`refused, saying where: ${what}`, async () => {
    const { spec } = guessSpec(await open('a,y\n1,x\n2,z\n'), { model: 'm' });
    const table = await open(content);
    assert.throws(() => fitTable(table, { ...spec, ...change } as ModelSpec, { label: 'y' }), { message });
  });

type Stream = Omit<Parameters<typeof produceTable>[0], 'producer' | 'rate'>;

async function sent(stream: Stream): Promise<{ requests: InferenceRequest[]; labels: InferenceLabel[] }> {
  const requests: InferenceRequest[] = [];
  const labels: InferenceLabel[] = [];
  const producer: TypedProducer = {
    async send(topic, records) {
      for (const { value } of records)
        if (topic === 'inference.requests') requests.push(value as InferenceRequest);
        else labels.push(value as unknown as InferenceLabel);
    },
    sendBytes: async () => {},
    close: async () => {},
  };
  await produceTable({ ...stream, producer, rate: Number.POSITIVE_INFINITY });
  return { requests, labels };
}

test('times that are not used for event times are told, unless they are ignored', async () => {
  const path = join(folder, 'times.csv');
  writeFileSync(path, 'Antrag am,a,y\n2024-01-01,1,0\n2024-01-02,2,1\n');
  const told = async (options: TableOptions) => (await openTable(path, options)).taken;
  assert.match(await told({}), /Antrag am is not used for event times \(--time 'Antrag am' does\)/);
  assert.doesNotMatch(await told({ time: 'Antrag am' }), /not used/);
  assert.doesNotMatch(await told({ ignore: ['Antrag am'] }), /not used/);
});
