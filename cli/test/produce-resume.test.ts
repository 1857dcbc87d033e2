import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { BusRecord, TypedProducer } from '@driftloop/bus';
import { defaultSpec } from '@driftloop/registry';
import type { TopicName } from '@driftloop/schemas';
import fc from 'fast-check';
import { tellExtent } from '../src/stream/extent.ts';
import { type ProduceOptions, produceTable } from '../src/stream/produce.ts';
import {
  findRun,
  fingerprintOf,
  forgetRun,
  newRun,
  newRunName,
  recordRun,
} from '../src/stream/produce-run.ts';
import { findSentIds } from '../src/stream/sent-ids.ts';
import { fitTable } from '../src/table/fit-table.ts';
import { openTable } from '../src/table/open-table.ts';
import type { Table } from '../src/table/table.ts';

const folder = mkdtempSync(join(tmpdir(), 'produce-'));
after(() => rmSync(folder, { recursive: true }));

const PLAN = { model: 'm', csv: '/x.csv', label: 'y', from: 0, labelDelay: 0, start: 0, interval: 1 };

function tableOf(rows: number): Table {
  return {
    rows,
    featureNames: ['a'],
    features: Float32Array.from({ length: rows }, (_, row) => row),
    labels: Float32Array.from({ length: rows }, (_, row) => row % 2),
  };
}

async function namedRows(csv: string): Promise<Table> {
  const features = [{ name: 'a', kind: 'numeric', allowMissing: false }] as const;
  const subject = { model: 'm', task: 'binary', classes: 2, intervalMs: 1 } as const;
  const spec = defaultSpec({ ...subject, features: [...features] });
  return fitTable(await openTable(csv, {}), spec, { label: 'y', id: 'id' });
}

/** Topics in memory; a send that is killed writes some of its records and then never answers. */
function topics() {
  const written: { topic: TopicName; key: string }[] = [];
  const bus = {
    async *slice(topic: TopicName, { keep }: { keep?: (key: string) => boolean }) {
      yield written.filter((record) => record.topic === topic && (keep?.(record.key) ?? true));
    },
  };
  const producer = (killedAtSend: number, writes: number): TypedProducer => {
    let sends = 0;
    return {
      async send(topic, records) {
        sends += 1;
        const killed = sends >= killedAtSend;
        for (const { key } of killed ? records.slice(0, writes) : records) written.push({ topic, key });
        if (killed) throw new Error('killed');
      },
      sendBytes: async () => {},
      close: async () => {},
    };
  };
  return { written, producer, bus: bus as unknown as { slice(): AsyncIterable<BusRecord[]> } };
}

test('a run that is killed anywhere and goes on sends each request and each label once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 7_000 }),
      fc.integer({ min: 0, max: 3_000 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 0, max: 2_000 }),
      async (rows, delay, killedAtSend, writes) => {
        const { written, producer, bus } = topics();
        let run = newRun(PLAN, '');
        const options: ProduceOptions = {
          producer: producer(killedAtSend, writes),
          model: 'm',
          table: tableOf(rows),
          run: run.run,
          firstRow: 5,
          clock: { startMs: 0, intervalMs: 1 },
          labelDelayRows: delay,
          rate: Number.POSITIVE_INFINITY,
          onSending: (_, sendingUntil) => {
            run = { ...run, sendingUntil };
          },
          onProgress: ({ tick }) => {
            run = { ...run, tick };
          },
        };
        await produceTable(options).catch(() => undefined);
        await produceTable({
          ...options,
          producer: producer(Number.POSITIVE_INFINITY, 0),
          fromTick: run.tick,
          alreadySent: await findSentIds(bus as never, run, options),
        });
        for (const topic of ['inference.requests', 'inference.labels']) {
          const keys = written.filter((record) => record.topic === topic).map(({ key }) => key);
          assert.equal(keys.length, rows, topic);
          assert.equal(new Set(keys).size, rows, topic);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('two runs have no id in common, and both have those that the table names', async () => {
  const ids = async (run: string, table: Table) => {
    const { written, producer } = topics();
    const clock = { startMs: 0, intervalMs: 1 };
    await produceTable({
      producer: producer(Number.POSITIVE_INFINITY, 0),
      model: 'm',
      table,
      run,
      clock,
      labelDelayRows: 0,
      rate: Number.POSITIVE_INFINITY,
    });
    return written.filter(({ topic }) => topic === 'inference.requests').map(({ key }) => key);
  };
  const [one, other] = [newRunName(), newRunName()];
  const both = [...(await ids(one, tableOf(10))), ...(await ids(other, tableOf(10)))];
  assert.equal(new Set(both).size, 20);
  const csv = join(folder, 'named.csv');
  writeFileSync(csv, 'id,a,y\nfirst,1,0\nsecond,2,1\n');
  const named = await namedRows(csv);
  assert.deepEqual(named.featureNames, ['a']);
  assert.deepEqual(await ids(one, named), ['first', 'second']);
  writeFileSync(csv, 'id,a,y\nfirst,1,0\nfirst,2,1\n');
  await assert.rejects(namedRows(csv), { message: /line 3: the id 'first' is there twice/ });
});

test('the newest run of a model is found until it is forgotten, and not while a process is at it', () => {
  const gone = { pid: 4_194_303, started: 'long ago' };
  const [old, recent] = [newRun(PLAN, 'x'), newRun(PLAN, 'y')];
  for (const [run, sendingSince] of [
    [recent, 2],
    [old, 1],
  ] as const)
    recordRun(folder, { ...run, sendingSince });
  assert.throws(() => findRun(folder, 'm'), { code: 'REQUEST_INVALID', message: /is still at run/ });
  // As if the process had ended: what is recorded is of this one.
  for (const [run, sendingSince] of [
    [recent, 2],
    [old, 1],
  ] as const)
    writeFileSync(
      join(folder, 'produce', `${run.run}.json`),
      JSON.stringify({ ...run, sendingSince, process: gone }),
    );
  assert.equal(findRun(folder, 'm').run, recent.run);
  assert.equal(findRun(folder, 'm', old.run).run, old.run);
  assert.throws(() => findRun(folder, 'other'), { code: 'NOT_FOUND' });
  forgetRun(folder, recent.run);
  assert.equal(findRun(folder, 'm').run, old.run);
});

test('other rows have another fingerprint', () => {
  const table = tableOf(10);
  assert.equal(fingerprintOf(table), fingerprintOf(tableOf(10)));
  assert.notEqual(fingerprintOf(table), fingerprintOf(tableOf(11)));
  assert.notEqual(fingerprintOf(table), fingerprintOf({ ...table, labels: new Float32Array(10) }));
});

test('an interruption says what went out and what is due', () => {
  assert.equal(
    tellExtent(1_500, 4_000, 500, 100),
    'Out: requests of 1,500 rows (100 to 1599), labels of 1,000 rows (100 to 1099). Due: labels of 500 rows (1100 to 1599). Not begun: 2,500 rows (1600 to 4099).',
  );
});
