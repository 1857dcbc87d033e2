import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuTimeMs, movementOf } from '../src/processes/movement.ts';

function fake() {
  const source = { log: 0, cpu: 0 as number | undefined, time: 0 };
  const movement = movementOf({
    logBytes: () => source.log,
    cpuMs: () => source.cpu,
    now: () => source.time,
  });
  /** Lets time pass, looking every second. */
  const pass = (seconds: number, cpuMsPerSecond: number, logPerSecond = 0): number => {
    let stalled = 0;
    for (let at = 0; at < seconds; at++) {
      source.time += 1_000;
      if (source.cpu !== undefined) source.cpu += cpuMsPerSecond;
      source.log += logPerSecond;
      stalled = movement.stalledMs();
    }
    return stalled;
  };
  return { source, pass };
}

test('a process that computes moves, however long it takes', () => {
  const { pass } = fake();
  // A tenth of a core is what is left beside other work.
  assert.ok(pass(3_600, 100) <= 1_000);
});

test('one that only waits stands still, though its timers take a little time', () => {
  const { pass } = fake();
  assert.equal(pass(60, 10), 60_000);
  // And moves again as soon as it computes.
  assert.ok(pass(5, 1_000) <= 1_000);
});

test('a line in the log is movement, also where CPU time is not known', () => {
  const { source, pass } = fake();
  source.cpu = undefined;
  assert.equal(pass(30, 0), 30_000);
  assert.equal(pass(1, 0, 80), 0);
});

test('the CPU time of this process is known and grows', () => {
  const before = cpuTimeMs(process.pid);
  assert.ok(before !== undefined);
  let sum = 0;
  while ((cpuTimeMs(process.pid) ?? 0) <= before) sum += 1;
  assert.ok(sum >= 0);
  assert.equal(cpuTimeMs(4_194_303), undefined);
});
