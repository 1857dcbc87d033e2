import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { type ColumnTable, readColumns, timesOf } from '../src/index.ts';
import { type Cell, type RandomTable, randomTable } from './random-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'tables-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

function file(content: string | Uint8Array): string {
  const path = join(folder, `table-${files++}`);
  writeFileSync(path, content);
  return path;
}

/** That a table is read as it was written: names, kinds, numbers, texts, times, missing cells. */
function assertSame(read: ColumnTable, { columns, rows }: RandomTable): void {
  assert.equal(read.rows, rows);
  assert.deepEqual(
    read.columns.map(({ name, kind }) => [name, kind]),
    columns.map(({ name, kind }) => [name, kind]),
  );
  columns.forEach(({ cells, kind, name }, i) => {
    const column = read.columns[i]!;
    const isWhole = cells.every((cell) => cell !== undefined);
    const times = kind === 'time' && isWhole ? timesOf(read, column).times : undefined;
    cells.forEach((cell, row) => {
      if (cell === undefined) assert.equal(column.text(row), undefined, `${name} ${row}`);
      else if (typeof cell === 'number')
        assert.ok(column.number(row) === cell, `${name}: ${column.number(row)}, not ${cell}`);
      else if (cell instanceof Date) {
        if (times) assert.equal(times[row], cell.getTime());
      } else assert.equal(column.text(row), String(cell));
    });
  });
}

interface Dialect {
  readonly separator: string;
  readonly quote: '"' | "'";
  readonly isAllQuoted: boolean;
  readonly decimal: '.' | ',';
  readonly newline: string;
  readonly hasBom: boolean;
  readonly isGzip: boolean;
  readonly endsInNewline: boolean;
  readonly missing: readonly string[];
  readonly dates: 'iso' | 'german' | 'zone';
}

const dialect: fc.Arbitrary<Dialect> = fc.record({
  separator: fc.constantFrom(',', ';', '\t', '|'),
  quote: fc.constantFrom('"', "'"),
  isAllQuoted: fc.boolean(),
  decimal: fc.constantFrom('.', ','),
  newline: fc.constantFrom('\n', '\r\n'),
  hasBom: fc.boolean(),
  isGzip: fc.boolean(),
  endsInNewline: fc.boolean(),
  missing: fc.subarray(['', 'NA', 'N/A', 'NaN', 'null', 'NULL', 'None', '?'], { minLength: 1 }),
  dates: fc.constantFrom('iso', 'german', 'zone'),
});

function csvOf({ columns, rows }: RandomTable, wanted: Dialect): Uint8Array {
  const { separator, quote, isAllQuoted, newline, hasBom, isGzip, endsInNewline, missing } = wanted;
  const quoted = (text: string) =>
    isAllQuoted || /[,;\t|"'\n]/.test(text)
      ? `${quote}${text.replaceAll(quote, quote + quote)}${quote}`
      : text;
  const lines = [columns.map(({ name }) => quoted(name)).join(separator)];
  for (let row = 0; row < rows; row++)
    lines.push(
      columns
        .map(({ cells }, i) => {
          const cell = cells[row];
          return cell === undefined ? missing[(row + i) % missing.length]! : quoted(textOf(cell, wanted));
        })
        .join(separator),
    );
  const text = `${hasBom ? '\ufeff' : ''}${lines.join(newline)}${endsInNewline ? newline : ''}`;
  return isGzip ? gzipSync(text) : Buffer.from(text);
}

function textOf(cell: Exclude<Cell, undefined>, { decimal, dates }: Dialect): string {
  if (typeof cell === 'number') return String(cell).replace('.', decimal);
  if (!(cell instanceof Date)) return String(cell);
  const iso = cell.toISOString();
  if (dates === 'iso') return iso.replace('T', ' ').replace('Z', '');
  if (dates === 'german')
    return `${iso.slice(8, 10)}.${iso.slice(5, 7)}.${iso.slice(0, 4)} ${iso.slice(11, 23)}`;
  return `${new Date(cell.getTime() + 5.5 * 3_600_000).toISOString().replace('Z', '')}+05:30`;
}

/** Whether the file says which sign is decimal: something that is no group of thousands. */
function saysDecimal({ columns }: RandomTable): boolean {
  const numbers = columns.flatMap(({ cells }) => cells.filter((cell) => typeof cell === 'number'));
  const signed = numbers.map(String).filter((text) => text.includes('.'));
  return (
    signed.length === 0 ||
    columns.some(
      ({ kind, cells }) =>
        kind === 'number' &&
        cells.some(
          (cell) =>
            typeof cell === 'number' &&
            /\./.test(String(cell)) &&
            !/^-?[1-9]\d{0,2}\.\d{3}$/.test(String(cell)),
        ),
    )
  );
}

test('a table is read from CSV of any dialect as it was written', async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(randomTable, dialect, fc.boolean(), async (table, wanted, isNamed) => {
      const { separator, quote, decimal } = wanted;
      const isFound = !isNamed && table.columns.length > 1 && quote === '"' && saysDecimal(table);
      found += Number(isFound);
      const named = isFound ? {} : { separator, quote, decimal };
      // A line of nothing is no row of a single column.
      fc.pre(table.columns.length > 1);
      assertSame(await readColumns(file(csvOf(table, wanted)), named), table);
    }),
    { numRuns: 400 },
  );
  assert.ok(found > 50, `the dialect was found ${found} times`);
});

test('a table is read from JSON lines as it was written, keys left out or null', async () => {
  await fc.assert(
    fc.asyncProperty(randomTable, fc.boolean(), fc.boolean(), async (table, isNull, isList) => {
      const rows = Array.from({ length: table.rows }, (_, row) => {
        const cells = table.columns.flatMap(({ name, cells }): [string, Cell | null][] => {
          const cell = cells[row];
          if (cell !== undefined) return [[name, cell]];
          // The first row has all keys, so that columns have an order.
          return isNull || row === 0 ? [[name, null]] : [];
        });
        return JSON.stringify(Object.fromEntries(cells));
      });
      const text = isList ? `[${rows.join(',\n')}]` : `${rows.join('\n')}\n`;
      fc.pre(table.columns.every(({ name }) => !/^\d+$/.test(name)));
      assertSame(await readColumns(file(text)), table);
    }),
    { numRuns: 300 },
  );
});

const TYPES = { number: 'DOUBLE', text: 'STRING', boolean: 'BOOLEAN', time: 'TIMESTAMP' } as const;

test('a table is read from Parquet as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(randomTable, fc.boolean(), async (table, isPacked) => {
      const written = parquetWriteBuffer({
        columnData: table.columns.map(({ name, kind, cells }) => ({
          name,
          type: TYPES[kind],
          nullable: true,
          data: cells.map((cell) => cell ?? null),
        })),
        codec: isPacked ? 'SNAPPY' : 'UNCOMPRESSED',
        rowGroupSize: 7,
      });
      assertSame(await readColumns(file(new Uint8Array(written))), table);
    }),
    { numRuns: 200 },
  );
});
