import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { guessSpec } from '../src/register/guess-spec.ts';
import { fitTable } from '../src/table/fit-table.ts';
import { openTable } from '../src/table/open-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'several-labels-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'rows.csv');
writeFileSync(
  path,
  `x,price,days,new,rich,kind\n${['1,2.5,3,1,true,a', '2,3.5,,0,false,b', '3,4.5,5,1,true,a', '4,1e3,7,0,true,b'].join('\n')}\n`,
);
const open = () => openTable(path, { ignore: ['kind'] });
const guessed = async (label: string, wishes: object = {}) =>
  guessSpec(await open(), { model: 'm', label, ...wishes }).spec;

test('several columns are targets, or labels where all are yes or no', async () => {
  const values = await guessed('price,days');
  assert.deepEqual([values.task, values.classes, values.retrain.enabled], ['regression', 0, false]);
  assert.deepEqual(
    values.outputs?.map(({ name }) => name),
    ['price', 'days'],
  );
  assert.deepEqual(
    values.features.map(({ name }) => name),
    ['x', 'new', 'rich'],
  );
  assert.equal((await guessed('new,rich')).task, 'multilabel');
  assert.equal((await guessed('price')).outputs?.length ?? 0, 0);
  assert.deepEqual(
    (await guessed('price,days', { quantiles: [0.1, 0.9] })).outputs?.map(({ name, target }) => [
      name,
      target,
    ]),
    [
      ['price p10', 'price'],
      ['price p90', 'price'],
      ['days p10', 'days'],
      ['days p90', 'days'],
    ],
  );
  await assert.rejects(
    guessed('new,price', { task: 'multilabel' }),
    /0 and 1, or true and false; 'price' has/,
  );
  await assert.rejects(guessed('new', { task: 'multilabel' }), /several labels, each with a column/);
  await assert.rejects(guessed('price,days', { task: 'binary' }), /A binary task has one label/);
});

test('a row has the truth of all targets or none, columns are found by the names of targets', async () => {
  const spec = await guessed('price,days');
  const table = fitTable(await open(), spec, { label: 'days,price' });
  assert.equal(table.targets, 2);
  assert.deepEqual([...table.labels], [2.5, 3, Number.NaN, Number.NaN, 4.5, 5, 1_000, 7]);
  const labels = fitTable(await open(), await guessed('new,rich'), { label: 'new,rich' });
  assert.deepEqual([...labels.labels], [1, 1, 0, 0, 1, 1, 0, 1]);
  await assert.rejects(
    async () => fitTable(await open(), spec, { label: 'price' }),
    /--label names 1 column \(price\), but model 'm' has the targets price, days/,
  );
  await assert.rejects(
    async () => fitTable(await open(), await guessed('new,rich'), { label: 'days,price' }),
    /line 2, column 3: '3' is no truth of 'days', which must be 1, 0, true or false/,
  );
});
