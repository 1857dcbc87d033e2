import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { guessSpec, type SpecWishes } from '../src/register/guess-spec.ts';
import { openTable } from '../src/table/open-table.ts';
import type { TableOptions } from '../src/table/table-options.ts';

const folder = mkdtempSync(join(tmpdir(), 'guess-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

async function guess(content: string, wishes: Partial<SpecWishes> = {}, options: TableOptions = {}) {
  const path = join(folder, `rows-${files++}`);
  writeFileSync(path, content);
  return guessSpec(await openTable(path, options), { model: 'm', ...wishes });
}

/** A file of one number and a label per row. */
const labelled = (labels: readonly (string | number)[]) =>
  `a,y\n${labels.map((label, row) => `${row % 7}.5,${label}`).join('\n')}\n`;
const repeated = (labels: readonly (string | number)[], times: number) =>
  labelled(Array.from({ length: times * labels.length }, (_, row) => labels[row % labels.length] ?? ''));

for (const [what, content, task, classes, classNames] of [
  ['yes and no', repeated(['yes', 'no'], 50), 'binary', 2, ['no', 'yes']],
  ['true and false', repeated(['True', 'False'], 50), 'binary', 2, ['false', 'true']],
  ['-1 and 1', repeated([-1, 1], 50), 'binary', 2, ['-1', '1']],
  ['1 and 2', repeated([1, 2], 50), 'binary', 2, ['1', '2']],
  ['1 to 7', repeated([3, 1, 2, 7, 6, 5, 4], 50), 'multiclass', 7, ['1', '2', '3', '4', '5', '6', '7']],
  ['0 to 2', repeated([0, 1, 2], 50), 'multiclass', 3, []],
  ['0.0 and 1.0', repeated(['0.0', '1.0'], 50), 'binary', 2, []],
  ['a gap', repeated([0, 1, 5], 50), 'multiclass', 3, ['0', '1', '5']],
  ['codes far apart', repeated([100, 404], 50), 'binary', 2, ['100', '404']],
  ['texts', repeated(['b', 'a', 'c'], 50), 'multiclass', 3, ['a', 'b', 'c']],
  ['numbers by size', repeated([2, 10], 50), 'binary', 2, ['2', '10']],
  ['fractions', repeated([0.5, 1, 2], 50), 'regression', 0, []],
  ['many whole numbers', labelled(Array.from({ length: 300 }, (_, row) => row * 3)), 'regression', 0, []],
  [
    'more values than arguments of a call',
    labelled(Array.from({ length: 200_000 }, (_, row) => row + 0.5)),
    'regression',
    0,
    [],
  ],
  ['counts', labelled(Array.from({ length: 90 }, (_, row) => row % 30)), 'regression', 0, []],
] as const)
  test(`labels: ${what}`, async () => {
    const { spec } = await guess(content);
    assert.deepEqual([spec.task, spec.classes, spec.classNames], [task, classes, classNames]);
  });

test('what labels were taken for is told, and what to mind', async () => {
  const said = async (content: string, wishes?: Partial<SpecWishes>) =>
    (await guess(content, wishes)).told.join('\n');
  assert.match(await said(repeated(['yes', 'no'], 50)), /'y' has 2 classes by name: no, yes\./);
  assert.match(await said(repeated([0, 1], 50)), /'y' has the class indices 0 to 1\./);
  assert.match(
    await said(labelled(Array.from({ length: 300 }, (_, row) => row * 3))),
    /value to be estimated: 300 different numbers from 0 to 897\. .*--task multiclass/,
  );
  assert.match(await said(labelled(['x', ...Array(999).fill('z')])), /Class x is rare: 1 of 1,000 rows\./);
  assert.match(await said(labelled(Array(50).fill(0))), /No row is of class 1: nothing can be learnt of it/);
  assert.match(await said(labelled(['x', 'z', '', 'NA', 'x', 'z'])), /2 rows have no label\./);
  assert.equal((await guess(repeated([1, 2], 50), { task: 'regression' })).spec.task, 'regression');
});

test('few rows get small windows and retrains, and why is told; many get what was tuned', async () => {
  const policies = async (rows: number) => {
    const { spec, told } = await guess(repeated(['yes', 'no'], rows / 2), { intervalMs: 1_000 });
    const { window, retrain } = spec;
    const numbers = [
      window.lengthMs / 1_000,
      window.minSamples,
      retrain.minLabels,
      retrain.cooldownMs / 1_000,
    ];
    return { numbers, told: told.filter((line) => line.startsWith('Only')).join() };
  };
  const few = await policies(100);
  assert.deepEqual(few.numbers, [25, 20, 50, 75]);
  assert.match(
    few.told,
    /^Only 100 rows: a window has 25 of them \(20 at least\), and a retrain needs 50 labels\. From 4,000 rows on/,
  );
  assert.deepEqual((await policies(2_000)).numbers, [168, 50, 1_000, 504]);
  assert.deepEqual(await policies(4_000), { numbers: [336, 100, 2_000, 1_008], told: '' });
});

test('columns are numbers, categories by name, or, where they hold indices, by index', async () => {
  const rows = 'blue,true,1,7,3,x\nred,false,2,8.5,1,z\nred,,3,NA,0,x\n'.repeat(10);
  const { spec } = await guess(`colour,vip,age,size,code,y\n${rows}`, { categorical: ['code', 'size'] });
  assert.deepEqual(
    spec.features.map(({ name, kind, allowMissing, categories }) => [name, kind, allowMissing, categories]),
    [
      ['colour', 'categorical', false, ['blue', 'red']],
      ['vip', 'categorical', true, ['false', 'true']],
      ['age', 'numeric', false, []],
      ['size', 'categorical', true, ['7', '8.5']],
      ['code', 'categorical', false, []],
    ],
  );
});

test('the interval is that of the times, unless it is named', async () => {
  const rows = 'when,a,y\n2024-01-01,1,x\n2024-01-02,2,z\n2024-01-03,1,x\n2024-03-01,1,x\n';
  const lengthOf = async (wishes: Partial<SpecWishes>, options: TableOptions) =>
    (await guess(rows, wishes, options)).spec.window.lengthMs / 25;
  assert.equal(await lengthOf({}, { time: 'when' }), 86_400_000);
  assert.equal(await lengthOf({ intervalMs: 1_000 }, { time: 'when' }), 1_000);
  assert.equal(await lengthOf({}, { ignore: ['when'] }), 1_800_000);
});

const ids = Array.from(
  { length: 200 },
  (_, row) => `u${row},2024-01-0${1 + (row % 9)},${row % 3},"${row}0",,${row % 2}`,
);
test('columns that are no features are refused together, each with what to type', async () => {
  const rows = `iban,when,a,code,empty,y\n${ids.join('\n')}\n`;
  const message = (error: Error) => {
    assert.match(
      error.message,
      /'iban' \(200 different texts in 200 rows, such as 'u0'\): --id iban or --ignore iban/,
    );
    assert.match(error.message, /'when' \(dates or times\): --time when or --ignore when/);
    assert.match(
      error.message,
      /'code' \(200 different texts in 200 rows, such as '00'\): --numeric code or --ignore code/,
    );
    assert.match(error.message, /'empty' \(empty in every row\): --ignore empty/);
    assert.match(error.message, /To leave all of them out: --ignore iban,when,code,empty$/);
    return true;
  };
  await assert.rejects(guess(rows), message);
  const { spec } = await guess(rows, { numeric: ['code'] }, { ignore: ['iban', 'when', 'empty'] });
  assert.deepEqual(
    spec.features.map(({ name }) => name),
    ['a', 'code'],
  );
  await assert.rejects(
    guess(`${Array.from({ length: 60 }, (_, row) => `{"b":"${row}.5","y":${row % 2}}`).join('\n')}\n`, {
      label: 'y',
    }),
    { message: /--numeric b or --ignore b/ },
  );
});

test('what is told to be typed works as it is told, also with spaces, commas and quotes in names', async () => {
  const text = Array.from(
    { length: 100 },
    (_, row) => `${row % 7},"id ${row}",2024-01-0${1 + (row % 9)},${row % 2}`,
  );
  const rows = `a,"Ort, 'Land'",Antrag am,y\n${text.join('\n')}\n`;
  await assert.rejects(guess(rows), ({ message }: Error) => {
    const ort = `'Ort, '\\''Land'\\'''`;
    assert.ok(message.includes(`: --id ${ort} or --ignore ${ort};`), message);
    assert.ok(message.includes(`--time 'Antrag am' or --ignore 'Antrag am'`), message);
    assert.ok(message.endsWith(`all of them out: --ignore ${ort} --ignore 'Antrag am'`), message);
    return true;
  });
  const names = async (ignore: readonly string[]) =>
    (await guess(rows, {}, { ignore })).spec.features.map(({ name }) => name);
  assert.deepEqual(await names(["Ort, 'Land'", 'Antrag am']), ['a']);
  await assert.rejects(names(["Ort, 'Land'", 'a, Antrag am']), /has no column beside the label 'y'/);
});

test('numbers with a text for missing values are told, with what to type', async () => {
  const rows = (numbers: number) =>
    `size,y\n${Array.from({ length: 120 }, (_, row) => `${row % 9 === 4 ? 'k. A.' : (row % numbers) / 2},${row % 2}`).join('\n')}\n`;
  await assert.rejects(guess(rows(100)), {
    message: /'size' \(numbers but for 'k\. A\.'\): --missing 'k\. A\.' or --ignore size$/,
  });
  const { told } = await guess(rows(20));
  assert.match(told.join('\n'), /'size' is numbers but for 'k\. A\.', .*: --missing 'k\. A\.'\./);
  const { spec } = await guess(rows(100), {}, { missing: ['k. A.'] });
  assert.deepEqual(spec.features, [
    { name: 'size', kind: 'numeric', allowMissing: true, categories: [], size: 0 },
  ]);
  const asked = await guess(rows(20), { categorical: ['size'] });
  assert.doesNotMatch(asked.told.join('\n'), /numbers but for/);
  const sizes = ['S', 'M', 'L', '1', '2', '3'];
  const codes = await guess(
    `size,y\n${Array.from({ length: 120 }, (_, row) => `${sizes[row % 6]},${row % 2}`).join('\n')}\n`,
  );
  assert.doesNotMatch(codes.told.join('\n'), /numbers but for/);
});

for (const [what, content, wishes, message] of [
  ['one class', labelled(Array(40).fill('yes')), {}, /All labels in 'y' are yes: .* at least two classes/],
  [
    'names for labels of a regression',
    labelled(['x', 'z']),
    { task: 'regression' },
    /labels that are numbers; 'y' has x, z/,
  ],
  [
    'three classes for a binary task',
    labelled(['x', 'z', 'w']),
    { task: 'binary' },
    /two classes; 'y' has 3: w, x, z/,
  ],
  [
    'a label per row',
    labelled(Array.from({ length: 99 }, (_, row) => `u${row}`)),
    {},
    /99 different labels in 99 rows.*--label/,
  ],
  [
    'JSON lines without a label',
    '{"a":1,"y":0}\n',
    {},
    /which column is the truth\? .*--label COLUMN, one of a, y/,
  ],
  ['no feature', 'y\n1\n0\n', {}, /no column beside the label/],
  ['an unknown column', 'a,y\n1,0\n', { id: 'b' }, /has no column 'b'; its columns are a, y/],
] as const)
  test(`refused: ${what}`, async () => {
    await assert.rejects(guess(content, wishes), { code: 'REQUEST_INVALID', message });
  });

test('sentences are free text and lists of numbers embeddings, unless a person says otherwise', async () => {
  const rows = (vector: (row: number) => string) =>
    `review,v,y\n${Array.from({ length: 60 }, (_, row) => `the order ${row} came late,"${vector(row)}",${row % 2}`).join('\n')}\n`;
  const { spec, told } = await guess(rows((row) => `[${row}, 0.5, -1e-3]`));
  const kinds = spec.features.map(({ name, kind, size }) => [name, kind, size]);
  assert.deepEqual(kinds, [
    ['review', 'text', 0],
    ['v', 'embedding', 3],
  ]);
  assert.equal(spec.retrain.enabled, false);
  assert.match(told.join('\n'), /served and watched, not trained: retrain\.enabled is false/);
  assert.match(told.join('\n'), /'review' is free text.*\n'v' is an embedding of 3 numbers\./);
  const uneven = rows((row) => (row === 7 ? '[1, 2]' : `[${row}, 0.5, 1]`));
  await assert.rejects(guess(uneven), /'v' \(60 different texts/);
  const codes = `code,y\n${Array.from({ length: 60 }, (_, row) => `c-${row},${row % 2}`).join('\n')}\n`;
  await assert.rejects(guess(codes), /'code' \(60 different texts/);
  assert.equal((await guess(codes, { text: ['code'] })).spec.features[0]?.kind, 'text');
});
