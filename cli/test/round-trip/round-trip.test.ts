import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { defaultSpec, validateSpec } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import fc from 'fast-check';
import { produceTable } from '../../src/stream/produce.ts';
import { clockOf } from '../../src/stream/table-clock.ts';
import { fitTable } from '../../src/table/fit-table.ts';
import { openTable } from '../../src/table/open-table.ts';
import { type LiveParts, openLiveParts, until } from '../support/live-parts.ts';
import { csvOf } from './csv-of.ts';
import { answerOf, modelOf } from './model-of.ts';
import { type Cell, type RandomTable, type Row, randomTable } from './random-table.ts';

/** Requests in all; `DRIFTLOOP_ROUND_TRIP=100000` is the long run of docs/tables.md. */
const REQUESTS = Number(process.env.DRIFTLOOP_ROUND_TRIP ?? 300);
const SEED = Number(process.env.DRIFTLOOP_ROUND_TRIP_SEED ?? Math.floor(Math.random() * 2 ** 31));
const ROWS = 25;
/** Tables that are on their way at once. */
const TABLES_AT_ONCE = 40;
/** An hour for the long run. */
const LIMIT_MS = 3_600_000;

interface Sent {
  readonly model: string;
  readonly table: RandomTable;
}

interface Stored {
  readonly model: string;
  readonly request_id: string;
  readonly event_time: string;
  readonly features: number[];
  readonly numbers: Record<string, number>;
  readonly texts: Record<string, string>;
}

interface Answered {
  readonly model: string;
  readonly request_id: string;
  readonly event_time: string;
  readonly outputs: number[];
  readonly predicted: number;
  readonly predicted_name: string;
  readonly label: number | null;
  readonly label_name: string;
}

/** What ClickHouse has of a batch of tables. */
interface Found {
  readonly specs: string;
  readonly requests: string;
  readonly answers: string;
  readonly labels: string;
  readonly letters: string;
}

let parts: LiveParts;
before(async () => {
  parts = await openLiveParts('round-trip');
  await parts.start(['inference'], { INFERENCE_WORKERS: '1' });
});
after(() => parts.close());

test(`what is in a table comes back from ClickHouse: ${REQUESTS} requests, seed ${SEED}`, {
  timeout: LIMIT_MS,
}, async () => {
  const tables = fc.sample(randomTable(ROWS), { seed: SEED, numRuns: Math.ceil(REQUESTS / ROWS) });
  const sent = tables.map((table, i): Sent => ({ model: `round-${i}`, table }));
  for (let first = 0; first < sent.length; first += TABLES_AT_ONCE) {
    const batch = sent.slice(first, first + TABLES_AT_ONCE);
    for (const one of batch) await send(one);
    await compare(batch);
  }
});

/**
 * Registers a model of the table's shape and streams its file, by the way of `driftloop produce`.
 */
async function send({ model, table }: Sent): Promise<void> {
  const { registry, producer } = parts.connections;
  const spec = specOf(model, table);
  const onnx = modelOf(table);
  await registry.register({ spec, onnx, profile: {}, metrics: {}, publish: true, eventTime: 1 });
  const path = join(parts.folder, `${model}.csv`);
  writeFileSync(path, csvOf(table));
  const { separator, quote, decimal } = table.dialect;
  const { id, time, label } = table.columns;
  const open = await openTable(path, { time, separator, quote, decimal });
  rmSync(path);
  const clock = clockOf(open, 0);
  const fitted = fitTable(open, spec, { label, id });
  await produceTable({
    producer,
    model,
    table: fitted,
    clock,
    labelDelayRows: 3,
    rate: Number.POSITIVE_INFINITY,
  });
}

function specOf(model: string, { features, classNames, classes }: RandomTable): ModelSpec {
  const task = classNames === undefined ? 'regression' : classes === 2 ? 'binary' : 'multiclass';
  const spec = defaultSpec({
    model,
    task,
    classes,
    ...(classNames === undefined ? {} : { classNames }),
    features,
    intervalMs: 1000,
  });
  return validateSpec({ ...spec, rollout: { canaryShare: 0, shadowVersions: [] } });
}

async function compare(batch: readonly Sent[]): Promise<void> {
  const rows = batch.flatMap(({ table }) => table.rows);
  const labels = rows.filter(({ label }) => label !== undefined);
  const models = batch.map(({ model }) => `'${model}'`).join();
  let counts = '';
  await until(
    () =>
      `${batch.length} specs, ${rows.length} requests and answers, ${labels.length} labels; ClickHouse has ${counts}`,
    async () => {
      const [found] = await ask<Found>(
        `SELECT (SELECT uniqExact(model) FROM {db}.model_specs WHERE model IN (${models})) AS specs,
           (SELECT count() FROM {db}.requests WHERE model IN (${models})) AS requests,
           (SELECT count() FROM {db}.predictions WHERE model IN (${models})) AS answers,
           (SELECT count() FROM {db}.labels WHERE model IN (${models})) AS labels,
           (SELECT any(reason) FROM {db}.dead_letters) AS letters`,
      );
      counts = JSON.stringify(found);
      assert.equal(found?.letters, '');
      return (
        // Names of classes are the spec's, which comes by a topic of its own.
        Number(found?.specs) === batch.length &&
        Number(found?.requests) === rows.length &&
        Number(found?.answers) === rows.length &&
        Number(found?.labels) === labels.length
      );
    },
  );
  const stored = await ask<Stored>(
    `SELECT model, request_id, toUnixTimestamp64Milli(event_time) AS event_time, features, numbers, texts
     FROM {db}.requests WHERE model IN (${models})`,
  );
  const answered = await ask<Answered>(
    `SELECT answers.*, outputs FROM (
       SELECT model, request_id, toUnixTimestamp64Milli(event_time) AS event_time, predicted, predicted_name, label, label_name
       FROM {db}.answers WHERE model IN (${models})) AS answers
     INNER JOIN {db}.predictions AS prediction USING (model, request_id)`,
  );
  const requestOf = new Map(stored.map((one) => [`${one.model} ${one.request_id}`, one]));
  const answerTo = new Map(answered.map((one) => [`${one.model} ${one.request_id}`, one]));
  for (const { model, table } of batch)
    for (const row of table.rows) {
      const key = `${model} ${row.id}`;
      const where = `table ${model} of seed ${SEED}, row ${row.id}`;
      assertRequest(requestOf.get(key), table, row, where);
      assertAnswer(answerTo.get(key), table, row, where);
    }
}

function assertRequest(stored: Stored | undefined, { features }: RandomTable, row: Row, where: string): void {
  assert.ok(stored, `${where} is not there`);
  assert.equal(Number(stored.event_time), row.time, where);
  const isNamed = features.some(({ categories }) => categories.length > 0);
  const cells = features.map(({ name, categories }, i) => {
    // As JSON a float32 has no more digits than it needs.
    if (!isNamed) return stored.features[i] == null ? undefined : Math.fround(stored.features[i]);
    return categories.length > 0 ? own(stored.texts, name) : own(stored.numbers, name);
  });
  // Without categories by name, rows go out as float32.
  const meant = row.cells.map((cell) => (typeof cell === 'number' && !isNamed ? Math.fround(cell) : cell));
  assert.deepEqual(cells.map(comparable), meant.map(comparable), where);
}

/** ClickHouse writes NaN, a missing value, as null; -0 is what float32 makes of -1e-300. */
const comparable = (cell: Cell | null) => (cell === 0 ? 0 : (cell ?? undefined));

const own = <T>(columns: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(columns, name) ? columns[name] : undefined;

function assertAnswer(answered: Answered | undefined, table: RandomTable, row: Row, where: string): void {
  assert.ok(answered, `${where} is not answered`);
  const { classNames } = table;
  assert.equal(Number(answered.event_time), row.time, where);
  const wanted = answerOf(table, row.cells);
  assert.equal(answered.outputs.length, wanted.length, where);
  wanted.forEach((one, i) => {
    assert.ok(
      Math.abs((answered.outputs[i] ?? Number.NaN) - one) < 1e-4,
      `${where}: ${answered.outputs} instead of ${wanted}`,
    );
  });
  assert.equal(answered.predicted_name, classNames?.[answered.predicted] ?? '', where);
  if (row.label === undefined) assert.equal(answered.label, null, where);
  else if (typeof row.label === 'number') assert.equal(answered.label, Math.fround(row.label), where);
  else
    assert.deepEqual(
      [answered.label_name, answered.label],
      [row.label, classNames?.indexOf(row.label)],
      where,
    );
}

async function ask<T>(sql: string): Promise<T[]> {
  const { url, database } = parts.clickhouse;
  const response = await fetch(url, {
    method: 'POST',
    body: `${sql.replaceAll('{db}', database)} FORMAT JSONEachRow`,
  });
  const text = await response.text();
  assert.ok(response.ok, text);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
