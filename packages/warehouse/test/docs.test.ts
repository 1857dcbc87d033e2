import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { STORED_TABLES } from '../src/index.ts';
import { playScenario } from './support/scenario.ts';
import { openTestWarehouse, type TestWarehouse } from './support/test-warehouse.ts';

const page = (name: string) => readFile(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

let parts: TestWarehouse;
before(async () => {
  parts = await openTestWarehouse();
  await playScenario(parts);
});
after(() => parts.close());

test('every query of docs/sql.md runs and finds something', async () => {
  const text = await page('sql.md');
  const queries = [...text.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql = '']) =>
    sql.trim().replace(/;$/, ''),
  );
  assert.ok(queries.length >= 5);
  for (const sql of queries) {
    const rows = await parts.warehouse.query(sql.replaceAll('driftloop.', `${parts.warehouse.database}.`));
    // The scenario holds no alarm of a data test.
    if (!sql.includes('HAVING')) assert.ok(rows.length > 0, sql);
  }
});

test('docs/warehouse.md names every view, and no other', async () => {
  const text = await page('warehouse.md');
  const { warehouse } = parts;
  const views = await warehouse.query<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = {database:String} AND engine = 'View' ORDER BY name`,
    { database: warehouse.database },
  );
  const described = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(
    described.sort(),
    views.map(({ name }) => name),
  );
  for (const name of Object.values(STORED_TABLES)) assert.ok(described.includes(name), name);
});
