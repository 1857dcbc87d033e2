import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { entryOf } from '../../src/logs/entry.ts';
import { linesBackwards } from '../../src/logs/lines.ts';
import { entriesAfter, loggers, newestEntries } from '../../src/logs/read.ts';
import { entryJson, renderEntry } from '../../src/logs/render.ts';
import { putAside } from '../../src/supervisor/rotate-logs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const line = (time: string, msg: string, rest: object = {}) =>
  `${JSON.stringify({ level: 30, time: `2026-01-01T00:00:${time}Z`, service: 's', pid: 1, msg, ...rest })}\n`;
const write = (name: string, text: string) => writeFileSync(join(folder, `${name}.log`), text);
const all = { level: 'info', limit: 100 } as const;
const messages = (entries: readonly { message: string }[]) => entries.map(({ message }) => message);

test('entries of several services come in order of time, the newest are kept', () => {
  write('a', line('01', 'one') + line('03', 'three'));
  write('b', line('02', 'two') + line('04', 'four'));
  assert.deepEqual(loggers(folder), ['a', 'b']);
  assert.deepEqual(messages(newestEntries(folder, ['a', 'b'], all).entries), ['one', 'two', 'three', 'four']);
  assert.deepEqual(messages(newestEntries(folder, ['a', 'b'], { ...all, limit: 2 }).entries), [
    'three',
    'four',
  ]);
  const since = Date.parse('2026-01-01T00:00:03Z');
  assert.deepEqual(messages(newestEntries(folder, ['a', 'b'], { ...all, since }).entries), ['three', 'four']);
  assert.deepEqual(messages(newestEntries(folder, ['b', 'none'], all).entries), ['two', 'four']);
});

test('a level leaves out what is less severe, and looks further back for the rest', () => {
  const noise = Array.from({ length: 5_000 }, (_, index) => line('30', `noise ${index}`)).join('');
  write('a', line('01', 'warned', { level: 40 }) + line('02', 'failed', { level: 50 }) + noise);
  assert.deepEqual(messages(newestEntries(folder, ['a'], { level: 'warn', limit: 2 }).entries), [
    'warned',
    'failed',
  ]);
  assert.deepEqual(messages(newestEntries(folder, ['a'], { level: 'error', limit: 2 }).entries), ['failed']);
  assert.deepEqual(newestEntries(folder, ['a'], { level: 'fatal', limit: 2 }).entries, []);
});

test('lines of the JVM have their time and level, a stack belongs to its line', () => {
  write(
    'kafka',
    [
      '2026-01-01T00:00:01,250 INFO started (KafkaServer)',
      '2026-01-01T00:00:02,250 ERROR cannot (Log)',
      'java.io.IOException: disk',
      '\tat a.B(C.java:1)',
      '',
    ].join('\n'),
  );
  const { entries } = newestEntries(folder, ['kafka'], all);
  assert.deepEqual(
    entries.map(({ at, level, message, more }) => [at, level, message, more]),
    [
      [Date.parse('2026-01-01T00:00:01.250'), 'info', 'started (KafkaServer)', []],
      [Date.parse('2026-01-01T00:00:02.250'), 'error', 'cannot (Log)', []],
      [Date.parse('2026-01-01T00:00:02.250'), 'error', 'java.io.IOException: disk', ['\tat a.B(C.java:1)']],
    ],
  );
  const registry = entryOf('2026-11+00-29 23:33:19 WARN [null] (main) deprecated');
  assert.deepEqual([registry.at, registry.level], [Date.parse('2026-11-29T23:33:19Z'), 'warn']);
});

test('what comes is told once and whole, also after the log was put aside', () => {
  write('a', line('01', 'one'));
  let { positions } = newestEntries(folder, ['a', 'later'], all);
  const next = () => {
    const found = entriesAfter(folder, positions, 'info');
    positions = found.positions;
    return messages(found.entries);
  };
  assert.deepEqual(next(), []);
  const two = line('02', 'two');
  appendFileSync(join(folder, 'a.log'), two.slice(0, 20));
  assert.deepEqual(next(), []);
  appendFileSync(join(folder, 'a.log'), two.slice(20));
  write('later', line('03', 'three'));
  assert.deepEqual(next(), ['two', 'three']);
  assert.deepEqual(putAside(folder, 100), ['a.log']);
  appendFileSync(join(folder, 'a.log'), line('04', 'four'));
  assert.deepEqual(next(), ['four']);
  assert.deepEqual(messages(newestEntries(folder, ['a'], all).entries), ['one', 'two', 'four']);
  // Between two looks: the end of what was put aside, then the beginning of what came.
  appendFileSync(join(folder, 'a.log'), line('05', 'five') + line('06', 'six'));
  assert.deepEqual(next(), ['five', 'six']);
  appendFileSync(join(folder, 'a.log'), line('07', 'seven'));
  assert.deepEqual(putAside(folder, 100), ['a.log']);
  appendFileSync(join(folder, 'a.log'), line('08', 'eight'));
  assert.deepEqual(next(), ['seven', 'eight']);
});

test('a log within its limit is left, one beyond it is emptied and kept aside', () => {
  write('small', 'x\n');
  write('large', `${'y'.repeat(200)}\n`);
  writeFileSync(join(folder, 'other.txt'), 'z'.repeat(200));
  assert.deepEqual(putAside(folder, 100), ['large.log']);
  assert.equal(readFileSync(join(folder, 'large.log'), 'utf8'), '');
  assert.equal(readFileSync(join(folder, 'large.log.1'), 'utf8'), `${'y'.repeat(200)}\n`);
  assert.equal(readFileSync(join(folder, 'small.log'), 'utf8'), 'x\n');
});

test('a log that cannot be copied keeps no other from being put aside, and does not grow for ever', () => {
  write('a', 'a'.repeat(200));
  write('b', 'b'.repeat(200));
  mkdirSync(join(folder, 'a.log.1'));
  const problems: string[] = [];
  const putAsideNow = () => putAside(folder, 100, (file) => problems.push(file));
  assert.deepEqual(putAsideNow(), ['b.log']);
  assert.deepEqual(problems, ['a.log']);
  assert.equal(readFileSync(join(folder, 'a.log'), 'utf8').length, 200);
  write('a', 'a'.repeat(401));
  assert.deepEqual(putAsideNow(), ['a.log']);
  assert.equal(readFileSync(join(folder, 'a.log'), 'utf8'), '');
});

test('lines come backwards whole, whatever their length and characters', () => {
  const lines = Array.from({ length: 700 }, (_, index) => `${index} ${'größe'.repeat((index * 37) % 900)}`);
  // Longer than what is read at a time.
  lines.splice(300, 0, 'x'.repeat(200_000));
  lines.push('y'.repeat(200_000));
  write('a', lines.join('\n'));
  assert.deepEqual([...linesBackwards(join(folder, 'a.log'), 10_000_000)].reverse(), lines);
});

test('a line says time, service, level, message and fields; JSON has all', () => {
  const err = { type: 'Error', code: 'KAFKA_UNAVAILABLE', message: 'it is away', stack: 'at x' };
  const entry = {
    ...entryOf(line('01', 'trying', { level: 40, topic: 'a.b', text: 'a b', err }).trim()),
    service: 'inference',
  };
  const plain = stripVTControlCharacters(renderEntry(entry));
  assert.equal(
    plain,
    '2026-01-01 00:00:01.000 inference        WARN  trying topic=a.b text="a b" err="KAFKA_UNAVAILABLE: it is away"',
  );
  assert.deepEqual(JSON.parse(entryJson(entry)), {
    time: '2026-01-01T00:00:01.000Z',
    service: 'inference',
    level: 'warn',
    message: 'trying',
    topic: 'a.b',
    text: 'a b',
    err,
  });
});
