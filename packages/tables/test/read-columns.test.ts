import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { type ColumnTable, type ReadOptions, readColumns } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'columns-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

function file(content: string | Uint8Array): string {
  const path = join(folder, `file-${files++}`);
  writeFileSync(path, content);
  return path;
}

const read = (content: string | Uint8Array, options?: ReadOptions) => readColumns(file(content), options);

/** Cells of a column, numbers where it has some. */
function cells({ columns, rows }: ColumnTable, name: string): (number | string | undefined)[] {
  const column = columns.find((one) => one.name === name);
  assert.ok(column, `no column ${name}`);
  return Array.from({ length: rows }, (_, row) =>
    column.kind === 'number' ? column.number(row) : column.text(row),
  );
}

test('a bank exports with semicolons, decimal commas, points between thousands, a BOM and CRLF', async () => {
  const table = await read(
    '\ufeffKonto;Saldo;Zins;Name\r\n007;1.234,50;0,5;Müller\r\n008;-12,00;1,25;"Meier; Söhne"\r\n009;;NA;?\r\n',
  );
  assert.deepEqual(cells(table, 'Konto'), ['007', '008', '009']);
  assert.deepEqual(cells(table, 'Saldo'), [1234.5, -12, Number.NaN]);
  assert.deepEqual(cells(table, 'Zins'), [0.5, 1.25, Number.NaN]);
  assert.deepEqual(cells(table, 'Name'), ['Müller', 'Meier; Söhne', undefined]);
  assert.deepEqual(table.taken, [
    '; separates',
    'decimal comma',
    '2 columns of numbers',
    '2 columns of text',
    'Konto is text for its leading zeros',
  ]);
  assert.equal(table.where(1), 'line 3');
});

for (const [what, text, numbers] of [
  ['a decimal comma beside thousands by points', 'a;b\n1.234,5;x\n', [1234.5]],
  ['thousands by commas beside decimal points', 'a;b\n1,234.5;x\n', [1234.5]],
  ['thousands told by another column with a decimal comma', 'a;b\n1.234;0,5\n', [1234]],
  ['thousands told by another column with a decimal point', 'a;b\n"1,234";0.5\n', [1234]],
  ['two groups of thousands', 'a;b\n"1,234,567";x\n', [1234567]],
  ['apostrophes between thousands', "a;b\n1'234'567.5;x\n", [1234567.5]],
  ['an exponent', 'a;b\n1.5e-3;x\n', [0.0015]],
  ['a decimal point with three decimals, as programs write it', 'a;b\n1.234;x\n', [1.234]],
] as const)
  test(`numbers: ${what}`, async () => assert.deepEqual(cells(await read(text), 'a'), numbers));

test('one group after a comma may be either: the column stays text, and how to say it is told', async () => {
  const text = 'a;b\n1,234;x\n2,500;y\n';
  const table = await read(text);
  assert.deepEqual(cells(table, 'a'), ['1,234', '2,500']);
  assert.match(table.taken.join(), /a is text: .*--decimal/);
  assert.deepEqual(cells(await read(text, { decimal: ',' }), 'a'), [1.234, 2.5]);
  assert.deepEqual(cells(await read(text, { decimal: '.' }), 'a'), [1234, 2500]);
});

test('what a column is, all rows decide', async () => {
  const rows = Array.from(
    { length: 3_000 },
    (_, row) => `${row},${row === 2_999 ? 'n/k' : row},${row % 2 ? 'TRUE' : 'False'}`,
  );
  const table = await read(`a,b,c\n${rows.join('\n')}\n`);
  assert.deepEqual(
    table.columns.map(({ kind }) => kind),
    ['number', 'text', 'boolean'],
  );
  assert.deepEqual(cells(table, 'b').slice(-2), ['2998', 'n/k']);
  assert.deepEqual(cells(table, 'c').slice(0, 2), ['false', 'true']);
  const known = await read(`a,b,c\n${rows.join('\n')}\n`, { missing: ['n/k'] });
  assert.equal(known.columns[1]?.kind, 'number');
});

test('columns without a name are left out: row numbers of pandas, a separator at each end', async () => {
  const table = await read(',a,b,\n0,1,x,\n1,2,y,\n');
  assert.deepEqual(
    table.columns.map(({ name }) => name),
    ['a', 'b'],
  );
  assert.match(table.taken.join(), /2 columns without a name left out/);
});

test('JSON lines: nested keys are dotted, keys that are not there are missing, types are kept', async () => {
  const table = await read(
    '{"id":"7","customer":{"age":41,"address":{"zip":"01234"}},"vip":true}\n\n{"id":"8","customer":{"age":null},"amount":1.5,"tags":["a"]}\n',
  );
  assert.deepEqual(
    table.columns.map(({ name, kind }) => [name, kind]),
    [
      ['id', 'text'],
      ['customer.age', 'number'],
      ['customer.address.zip', 'text'],
      ['vip', 'boolean'],
      ['amount', 'number'],
      ['tags', 'nested'],
    ],
  );
  assert.deepEqual(cells(table, 'customer.age'), [41, Number.NaN]);
  assert.deepEqual(cells(table, 'customer.address.zip'), ['01234', undefined]);
  assert.equal(table.where(1), 'line 3');
});

test('Parquet: dates are times, large ids stay what they are, nested columns are dotted', async () => {
  const table = await read(
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'id', type: 'INT64', data: [9007199254740993n, 1n] },
          {
            name: 'when',
            type: 'TIMESTAMP',
            data: [new Date('2024-01-01T00:00:00Z'), new Date('2024-01-02T12:00:00Z')],
          },
          { name: '__index_level_0__', type: 'INT64', data: [0n, 1n] },
        ],
      }),
    ),
  );
  assert.deepEqual(cells(table, 'id'), ['9007199254740993', '1']);
  assert.deepEqual(cells(table, 'when'), ['2024-01-01T00:00:00.000Z', '2024-01-02T12:00:00.000Z']);
  assert.deepEqual(
    table.columns.map(({ name, kind }) => [name, kind]),
    [
      ['id', 'text'],
      ['when', 'time'],
    ],
  );
});

const latin1 = Buffer.concat([Buffer.from('name,b\nok,1\nM'), Buffer.of(0xfc), Buffer.from('ller,2\n')]);
const REFUSED: readonly [what: string, content: string | Uint8Array, message: RegExp][] = [
  ['Latin-1', latin1, /line 3 is not UTF-8.*iconv -f WINDOWS-1252/],
  ['Latin-1, gzipped', gzipSync(latin1), /line 3 is not UTF-8/],
  ['UTF-16', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), /is UTF-16;.*iconv -f UTF-16/],
  ['UTF-16 without a mark', Buffer.from('a,b\n1,2\n', 'utf16le'), /zero bytes/],
  ['Excel', Buffer.of(0x50, 0x4b, 3, 4, 0, 0), /ZIP or Excel.*save the sheet as CSV/],
  ['an empty file', '', /is empty: its first line must name its columns/],
  ['no header', '1.5,2\n3,4\n', /1\.5, 2, is numbers.*put such a line before it/],
  ['a name twice', 'a,a\n1,2\n', /two columns are called 'a'/],
  [
    'uneven rows',
    'a;b\n1;2;3\n',
    /cannot be read: .*line 2\. Each line must have as many cells .*--separator/,
  ],
  ['an open quote', 'a;b\n1;"2\n', /cannot be read: .*line 2.*\. Mend the line.*--quote/],
  ['two separators', 'a,b;c\n1,2;3\n', /both ',' and ';' split every line.*--separator/],
  ['a broken JSON line', '{"a":1}\n{"a":\n', /line 2 is not JSON/],
  ['JSON over several lines', '{\n"a":1}\n', /line 1 is not JSON.*jq -c/],
  ['a column twice in a row', '{"a.b":1,"a":{"b":2}}\n', /line 1: column 'a\.b' is there twice/],
  ['a list of lists', '[[1,2]]', /object 1 is no object/],
  ['cut Parquet', Buffer.from('PAR1 and no more'), /cannot be read: /],
  ['cut gzip', gzipSync('a,b\n1,2\n').subarray(0, 15), /cannot be read: /],
];
for (const [what, content, message] of REFUSED)
  test(`refused, saying what to do: ${what}`, async () => {
    await assert.rejects(read(content), { code: 'REQUEST_INVALID', message });
  });

test('a folder is refused as one', async () => {
  await assert.rejects(readColumns(folder), {
    code: 'REQUEST_INVALID',
    message: /is a folder\. Name one file/,
  });
});
