import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { killOnTheWay, killSchedule } from '../../src/invariance/run/kills.ts';

const NAMES = ['inference', 'data-drift', 'ensemble'] as const;

test('kills come in order, as the seed says, each service about equally often', () => {
  const schedule = killSchedule(1, 20, NAMES);
  assert.deepEqual(killSchedule(1, 20, NAMES), schedule);
  assert.notDeepEqual(killSchedule(2, 20, NAMES), schedule);
  assert.equal(schedule.length, 20);
  schedule.forEach(({ at }, index) => {
    assert(at >= index / 21 && at < (index + 1) / 21);
  });
  for (const name of NAMES) assert(schedule.filter((kill) => kill.name === name).length >= 6);
});

test('a service is killed when so much has been read, started at once, and not killed again before it runs', async () => {
  const events: string[] = [];
  let share = 0;
  const fleet = {
    async kill(name: string) {
      events.push(`kill ${name} at ${share}`);
    },
    async start(name: string) {
      await setImmediate();
      events.push(`run ${name}`);
    },
  };
  const schedule = [
    { name: 'inference', at: 0 },
    { name: 'inference', at: 0.4 },
    { name: 'ensemble', at: 0.5 },
  ] as const;
  const readShare = async () => {
    share = Math.min(1, share + 0.25);
    return share;
  };
  await killOnTheWay(fleet, schedule, { readShare, signal: new AbortController().signal });
  assert.deepEqual(events, [
    'kill inference at 0.25',
    'run inference',
    'kill inference at 0.5',
    // Another one need not wait.
    'kill ensemble at 0.75',
    'run inference',
    'run ensemble',
  ]);
});

test('a service that does not start again ends the run, and whoever ends the run ends the kills', async () => {
  const signal = new AbortController();
  const killed: string[] = [];
  const fleet = {
    kill: async (name: string) => void killed.push(name),
    start: () => Promise.reject(new Error('no port')),
  };
  const schedule = [{ name: 'inference', at: 0 }] as const;
  await assert.rejects(
    killOnTheWay(fleet, schedule, { readShare: async () => 1, signal: signal.signal }),
    /no port/,
  );
  signal.abort();
  await killOnTheWay(fleet, schedule, { readShare: async () => 0, signal: signal.signal });
  assert.deepEqual(killed, ['inference']);
});
