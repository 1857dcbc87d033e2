import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readStatement } from '../src/clickhouse/statement.ts';

for (const [sql, verb, format] of [
  ['SELECT 1', 'SELECT', undefined],
  ['  select 1 format JSON ', 'SELECT', 'JSON'],
  ['-- FORMAT CSV\nSELECT 1 /* FORMAT TSV */ FORMAT JSONEachRow;', 'SELECT', 'JSONEachRow'],
  ['SELECT \'FORMAT CSV\', "FORMAT", `a FORMAT b`', 'SELECT', undefined],
  ["SELECT 'it''s \\' FORMAT CSV' FORMAT TSV SETTINGS max_threads = 1", 'SELECT', 'TSV'],
  ['(SELECT 1) UNION ALL (SELECT 2)', '(', undefined],
  ['WITH 1 AS x SELECT x', 'WITH', undefined],
  ["SELECT 'never closed FORMAT CSV", 'SELECT', undefined],
  ['', '', undefined],
  [' /* only */ -- comments', '', undefined],
] as const) {
  test(`reads the verb and format of ${JSON.stringify(sql)}`, () => {
    const statement = readStatement(sql);
    assert.equal(statement.verb, verb);
    assert.equal(statement.format, format);
    assert.equal(statement.insert, undefined);
    assert.equal(statement.secondStatementAt, undefined);
  });
}

test('finds a second statement, but not behind a last semicolon', () => {
  assert.equal(readStatement('SELECT 1; SELECT 2').secondStatementAt, 9);
  assert.equal(readStatement("SELECT ';' AS a; -- no more\n;").secondStatementAt, undefined);
});

test('splits an insert into its head and where its data begin', () => {
  const sql = 'INSERT INTO db.t (a, `FORMAT b`) SETTINGS async_insert = 1 FORMAT CSV \r\n1,2\n';
  const { insert } = readStatement(sql);
  assert.equal(insert?.target.trim(), 'INSERT INTO db.t (a, `FORMAT b`)');
  assert.equal(insert?.settings.trim(), 'SETTINGS async_insert = 1');
  assert.equal(insert?.format, 'CSV');
  assert.equal(sql.slice(insert?.dataAt), '1,2\n');
});

test('data may begin on the same line and keep their own line breaks', () => {
  const dataOf = (sql: string): string => sql.slice(readStatement(sql).insert?.dataAt);
  assert.equal(dataOf('INSERT INTO t FORMAT JSONEachRow {"a":1}'), '{"a":1}');
  assert.equal(dataOf('INSERT INTO t FORMAT TSV\n\n\t1'), '\n\t1');
  assert.equal(dataOf('INSERT INTO t FORMAT TSV;'), '');
});

test('an insert from a query, from VALUES or from a file carries no data for the HTTP layer', () => {
  for (const sql of [
    'INSERT INTO t SELECT * FROM s FORMAT TSV',
    "INSERT INTO t VALUES ('a FORMAT b')",
    "INSERT INTO t FROM INFILE 'x' FORMAT CSV",
    'INSERT INTO t (format) SELECT 1',
    'INSERT INTO t',
  ]) {
    assert.deepEqual(readStatement(sql), { verb: 'INSERT' }, sql);
  }
});
