import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concatRows } from '@driftloop/spec';
import { judging, memoryOf, type Rows, rowsOf, trained } from './candidates.ts';

const task = 'regression';
const rows = (given: Rows) => rowsOf(task, { noise: 0.6, ...given });
const bothPlaces = (change: Partial<Rows> = {}) =>
  concatRows([rows({ rows: 600, seed: 2, place: 'there' }), rows({ rows: 600, seed: 1, ...change })], 2);
const modelOf = async (...given: Parameters<typeof trained>) => (await trained(...given)).model;

const live = await modelOf({ task, data: bothPlaces() });
const here = rows({ rows: 600, seed: 1 });
const recent = rows({ rows: 400, seed: 3 });
const memory = memoryOf(rows({ rows: 200, seed: 4, place: 'there' }));
const common = { live, recent, memory, task } as const;

const { assertPasses, assertFails } = judging(common);

test('the live version itself passes, and nothing is said of calibration', async () => {
  const metrics = await assertPasses(
    { candidate: live },
    /^on the 400 newest rows its squared error is (0\.\d+), the live version's \1: not worse/,
    /on 200 remembered rows its squared error is (0\.\d+), the live version's \1/,
    /its outputs as served differ by/,
    /a row costs it 124 FLOP/,
  );
  assert.equal(metrics.calibrationError, undefined);
  assert.equal(metrics.pWorseMcNemar, undefined);
});

test('a candidate with a larger error on the newest rows fails, another of the same concept passes', async () => {
  const turned = await modelOf({ task, data: bothPlaces({ angle: 0.3 }) });
  await assertFails({ candidate: turned }, /^on the 400 newest rows .*: worse by more than 2\.0 % \(p = /);
  await assertPasses({ candidate: await modelOf({ task, data: bothPlaces(), hidden: [20] }) }, /: not worse/);
});

test('an error that is larger by three margins fails, also where it may be chance', async () => {
  const turned = await modelOf({ task, data: bothPlaces({ angle: 0.3 }) });
  const few = { candidate: turned, recent: rows({ rows: 30, seed: 28 }) };
  const { pWorse } = await assertFails(few, /^on the 30 newest rows .*: worse by more than 6\.0 %$/);
  assert.ok(pWorse! > 0.05, `${pWorse}`);
  await assertPasses({ ...few, settings: { tolerance: 1000 } });
});

test('fewer newest rows than the least are not enough to judge by', async () => {
  await assertFails(
    { candidate: live, recent: rows({ rows: 29, seed: 3 }) },
    /^only 29 newest labelled rows/,
  );
  await assertPasses({ candidate: live, recent: rows({ rows: 30, seed: 3 }) });
});

test('a candidate that learnt the newest rows alone forgets and fails, one that replays passes', async () => {
  const forgetful = await modelOf({ task, data: here });
  await assertFails(
    { candidate: forgetful },
    /^on 200 remembered rows its squared error is .*: it forgets more than the \d+\.\d % allowed$/,
  );
  const there = memoryOf(rows({ rows: 600, seed: 2, place: 'there' }));
  const mindful = await modelOf({
    task,
    data: here,
    memory: there,
    strategy: 'replay',
    steps: 1500,
    recipe: { epochs: 150 },
  });
  await assertPasses({ candidate: mindful }, /on 200 remembered rows its squared error is/);
});

test('a candidate of twice the arithmetic fails', async () => {
  const of = (hidden: number) => modelOf({ task, data: bothPlaces(), hidden: [hidden] });
  await assertFails(
    { candidate: await of(32) },
    /^a row costs it 236 FLOP, the live version 124: more than 1\.5/,
  );
  await assertPasses({ candidate: await of(20) }, /a row costs it 152 FLOP, the live version 124$/);
});
