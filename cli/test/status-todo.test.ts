import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Look } from '../src/status/look.ts';
import { lagOf, type Part, partOf } from '../src/status/part.ts';
import { renderLook } from '../src/status/render.ts';
import { whatToDo } from '../src/status/todo.ts';

const READY: Part = { name: 'inference', state: 'ready', pid: 7 };
const reading = (lag: number, lagMs: number | null) => [
  { group: 'inference', topics: ['inference.requests'], lag, lagMs, deadLettersBy: {} },
];
const todo = (look: Omit<Look, 'dataDir'>) =>
  whatToDo({ dataDir: '/data', ...look }, (text) => `\`${text}\``);

test('where everything works nothing is to be done', () => {
  const parts = [READY, { name: 'kafka', state: 'ready' } as const];
  const letters = [{ topic: 't', code: 'c', state: 'resent', letters: 3 } as const];
  assert.deepEqual(todo({ parts, letters }), []);
  assert.match(
    renderLook({ dataDir: '/data', parts, letters }, []),
    /0 open, 3 sent again, 0 discarded\.\nEverything works; nothing to do\.$/,
  );
});

test('what others stand on comes first, then what does not work, with the reason and where to look', () => {
  const parts: Part[] = [
    { name: 'inference', state: 'running', why: 'Kafka has not answered for 20 s.' },
    { name: 'trainer', state: 'given up' },
    { name: 'kafka', state: 'stopped' },
    { name: 'supervisor', state: 'stopped' },
    READY,
  ];
  assert.deepEqual(todo({ parts }), [
    'kafka is not running. It is started again while the supervisor runs; why it ended: `logs kafka --since 10m`',
    'inference does not do its work yet: Kafka has not answered for 20 s. More: `logs inference --since 10m`',
    'trainer ended again and again and is not started any more: read `logs trainer --since 10m`, mend it, then `up`',
    'Nobody starts again what ends: `up` starts a new supervisor',
  ]);
});

test('nothing up is said as that', () => {
  assert.deepEqual(todo({ parts: [{ name: 'kafka', state: 'stopped' }] }), ['Nothing is up in /data: `up`']);
});

test('a process that answers with another version than the live one is named, with the reason', () => {
  const failed = { '4': { code: 'ARTIFACT_CORRUPT', reason: 'Its file is damaged.' } };
  const serves = {
    elec: { live: 4, serving: 3, canary: null, shadows: [], failed },
    other: { live: 2, serving: 2, canary: null, shadows: [5], failed: {} },
  };
  assert.deepEqual(todo({ parts: [{ ...READY, serves }] }), [
    "inference (7) answers 'elec' with version 3 and not with version 4, which is live: Its file is damaged. See `models --model elec`",
  ]);
});

test('a long lag and open dead letters are told with numbers', () => {
  const parts = [{ ...READY, reading: reading(4_200, 61_000), without: ['History is not told.'] }];
  const letters = [
    { topic: 'a', code: 'MODEL_UNKNOWN', state: 'open', letters: 2 },
    { topic: 'b', code: 'MODEL_UNKNOWN', state: 'open', letters: 1 },
    { topic: 'b', code: 'LABEL_INVALID', state: 'open', letters: 1 },
    { topic: 'b', code: 'LABEL_INVALID', state: 'resending', letters: 1 },
  ] as const;
  const [without, lag, open, stuck, ...more] = todo({ parts, letters });
  assert.equal(without, 'inference works, but: History is not told.');
  assert.match(lag ?? '', /^inference is 4200 records and 61 s behind/);
  assert.match(open ?? '', /^4 dead letters are open \(3 MODEL_UNKNOWN, 1 LABEL_INVALID\)/);
  assert.match(stuck ?? '', /^1 dead letters were about to be sent/);
  assert.deepEqual(more, []);
  assert.deepEqual(todo({ parts: [{ ...READY, reading: reading(9, 100) }] }), []);
});

test('a lag of unknown age is no age', () => {
  assert.deepEqual(lagOf({ reading: [...reading(1, 5), ...reading(2, null)] }), { rows: 3, ms: null });
  assert.equal(lagOf({ reading: [] }), undefined);
});

test('a part is what its health says', () => {
  const known = { name: 'gateway', pid: 1, url: 'u', log: 'l' };
  assert.deepEqual(partOf(known, undefined), {
    ...known,
    state: 'running',
    why: 'Its health check does not answer.',
  });
  assert.deepEqual(partOf(known, { ok: false, detail: { state: 'starting' } }), {
    ...known,
    state: 'running',
    why: 'It is starting.',
  });
  assert.deepEqual(partOf(known, { ok: true, detail: { state: 'running' }, without: ['x'] }), {
    ...known,
    state: 'ready',
    without: ['x'],
  });
});
