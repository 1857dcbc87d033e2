import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Signal } from '@driftloop/schemas';
import { closedThrough, ROWS_BEYOND } from '../src/check/closed-through.ts';
import { expectedRows } from '../src/check/expected-rows.ts';
import { type InputLog, partitionOf } from '../src/live/input-log.ts';
import { fixedLog } from '../src/log/fixed-log.ts';

const OPTIONS = { seed: 3, rows: 20_000, startMs: Date.parse('2026-11-28T00:00:00Z') };
const log = fixedLog(OPTIONS);
const requests = log.records.filter(({ topic }) => topic === 'inference.requests');
const labels = log.records.filter(({ topic }) => topic === 'inference.labels');

function digest({ records }: InputLog): string {
  const hash = createHash('sha256');
  for (const { topic, partition, timestamp, key, value } of records) {
    const plain = 'features' in value ? { ...value, features: [...value.features] } : value;
    hash.update(JSON.stringify([topic, partition, timestamp, key, plain]));
  }
  return hash.digest('hex');
}

test('the log is a function of its options', () => {
  assert.equal(digest(fixedLog(OPTIONS)), digest(log));
  assert.notEqual(digest(fixedLog({ ...OPTIONS, seed: 4 })), digest(log));
});

test('the log has every kind of row and label that it is there for', () => {
  assert.equal(requests.length, OPTIONS.rows);
  const place = new Map(log.records.map((record, index) => [record, index]));
  const asked = new Map(requests.map((record) => [record.key, record]));
  const labelled = Map.groupBy(labels, ({ key }) => key);
  const early = labels.filter(({ key, timestamp }) => timestamp < (asked.get(key)?.timestamp ?? -1) - 200);
  assert(early.length > 100, `${early.length} labels come before their request`);
  for (const record of early) {
    const request = asked.get(record.key);
    assert(request && (place.get(record) ?? 0) < (place.get(request) ?? 0));
  }
  assert(
    requests.filter(({ key }) => !labelled.has(key)).length > OPTIONS.rows / 50,
    'labels that never come',
  );
  assert([...labelled.values()].filter((all) => all.length > 1).length > 100, 'labels that come twice');
  assert(labels.filter(({ key }) => !asked.has(key)).length > 50, 'labels about nothing');
  const reused = [...Map.groupBy(requests, ({ key }) => key).values()].filter((all) => all.length > 1);
  assert(reused.length > 100, `${reused.length} ids are used again`);
  for (const { partition, key } of log.records) assert.equal(partition, partitionOf(key));
  assert.equal(new Set(requests.map(({ partition }) => partition)).size, 4);
  for (const model of ['swift', 'sparse']) {
    const own = requests.filter(({ value }) => value.model === model);
    const back = own.filter(
      ({ value }, index) => value.eventTime < (own[index - 1]?.value.eventTime ?? 0),
    ).length;
    assert(back > own.length / 50, `${back} of ${own.length} rows of ${model} out of order`);
  }
  // A quiet night for all, and a long stretch without the slow model.
  const gaps = (records: typeof requests): number[] =>
    records.slice(1).map(({ timestamp }, index) => timestamp - (records[index]?.timestamp ?? 0));
  assert(Math.max(...gaps(requests)) > 1_700_000);
  const share = requests.findLastIndex(
    ({ value }, index) => value.model === 'sparse' && index < OPTIONS.rows * 0.4,
  );
  assert(share < OPTIONS.rows * 0.31, 'the slow model is absent in the middle');
});

test('only rows with a wrong event time and labels that are meant to be late are not due', () => {
  const expected = expectedRows(log);
  const notDue = (model: string, signal: Signal): number =>
    (expected.get(model)?.[signal] ?? []).filter(({ isDue }) => !isDue).length;
  // Of twelve wrong ones of the fast model all are refused or late; the slow one's that lie ahead
  // fall into windows to come.
  assert.equal(notDue('swift', 'data'), 12);
  assert.equal(notDue('sparse', 'data'), 2);
  const asked = new Map(requests.map(({ key, timestamp }) => [key, timestamp]));
  const firsts = new Map(labels.toReversed().map((label) => [label.key, label]));
  const late = [...firsts.values()].filter(
    ({ key, timestamp, value }) =>
      value.model === 'swift' && timestamp > (asked.get(key) ?? Infinity) + 100_000,
  ).length;
  const labelsOfWrong = 12;
  assert(late > 30);
  assert(
    Math.abs(notDue('swift', 'concept') - late) <= labelsOfWrong,
    `${notDue('swift', 'concept')} of ${late}`,
  );
});

test('windows that must have closed have rows of every partition beyond them', () => {
  for (const spec of log.specs) {
    const rows = expectedRows(log).get(spec.model)?.concept ?? [];
    const through = closedThrough(spec, rows);
    assert.equal(through % spec.window.lengthMs, 0);
    for (let partition = 0; partition < 4; partition++) {
      const beyond = rows.filter(
        (row) =>
          row.partition === partition &&
          row.isDue &&
          row.eventTime >= through + spec.window.allowedLatenessMs,
      );
      assert(beyond.length >= ROWS_BEYOND, `${beyond.length} rows of partition ${partition}`);
    }
  }
});
