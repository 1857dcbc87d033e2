import assert from 'node:assert/strict';
import { watch } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RetrainCommand } from '@driftloop/schemas';
import { createTrainerWorld, ENDS, type TrainerWorld, tableOf } from './fixtures/trainer.ts';

const ROWS = 6_000;
const rising = (row: Float32Array) => Number(row[0]! + 0.5 * row[1]! > 0);
const falling = (row: Float32Array) => 1 - rising(row);

let world: TrainerWorld;
before(async () => {
  world = await createTrainerWorld(['trainer', 'inference']);
});
after(() => world.close());

/** Waits until a command has ended, as one that makes a version does, and says how. */
async function outcomeOf(command: RetrainCommand) {
  const end = await world.ended(command);
  assert.match(end.phase, /^(published|rejected)$/, end.message);
  // The two topics are followed side by side.
  await world.until('the event', () => /published|rejected|rolledBack/.test(eventsOf(command).join()));
  return end;
}

/** What model.events tells of a command: kinds in order. */
function eventsOf({ commandId }: RetrainCommand): string[] {
  return world.events.filter((event) => event.commandId === commandId).map(({ kind }) => kind);
}

function hasEnded({ commandId }: RetrainCommand): boolean {
  return world.progressOf(commandId).some(({ phase }) => ENDS.has(phase));
}

async function killAndStart(): Promise<void> {
  await world.fleet.kill('trainer');
  await world.fleet.start('trainer');
}

test('killed at any moment, a command leads to exactly one candidate, whose artifact is whole whenever it is seen', async (t) => {
  const isSaid = (command: RetrainCommand, phase: string, times = 1) =>
    world.progressOf(command.commandId).filter((said) => said.phase === phase).length >= times;
  const moments: readonly (readonly [string, number, (command: RetrainCommand) => Promise<void>])[] = [
    ['the rows are read', 0, (command) => world.until('reading', () => isSaid(command, 'reading'))],
    ['training begins', 1_500, (command) => world.until('training', () => isSaid(command, 'training'))],
    ['training goes on', 1_500, (command) => world.until('steps', () => isSaid(command, 'training', 2))],
    ['a file is written to the artifact store', 3, () => fileAppears(world.artifactFolder)],
    [
      'the candidate is told',
      3,
      (command) => world.until('candidate', () => eventsOf(command).includes('candidate')),
    ],
    [
      'the outcome is told',
      0,
      (command) =>
        world.until('outcome', () => eventsOf(command).some((kind) => /published|rejected/.test(kind))),
    ],
  ];
  for (const [index, [what, spreadMs, comes]] of moments.entries()) {
    const model = `killed-${index}`;
    await world.register(model, tableOf(1_000, 1, rising));
    await world.stream(model, tableOf(ROWS, 2, falling), 1_000);
    const command = await world.command(model, { from: 1_000, to: 1_000 + ROWS });
    const moment = comes(command);
    await world.send(command);
    await moment;
    const delayMs = Math.round(spreadMs * Math.random());
    await sleep(delayMs);
    await killAndStart();
    // Once more, at any moment of the run that is made again, unless it had ended before the first
    // kill.
    if (index === 2) {
      await world.until('reading again, or an end', () => isSaid(command, 'reading', 2) || hasEnded(command));
      await sleep(1_000 * Math.random());
      await killAndStart();
    }
    const end = await outcomeOf(command);
    await world.drained();
    t.diagnostic(`killed ${delayMs} ms after ${what}: ${end.phase}, version ${end.version}`);
    assert.deepEqual(eventsOf(command), ['candidate', end.phase]);
    assert.equal(end.version, 2);
    const versions = world.connections.registry.model(model)?.state.versions;
    assert.deepEqual([...(versions?.keys() ?? [])], [1, 2]);
  }
});

/** Resolves when anything changes below a folder. */
function fileAppears(folder: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, { recursive: true }, () => {
      watcher.close();
      resolve();
    });
  });
}

test('of the commands that come during a run only the newest is carried out, and by the same warm process', async () => {
  await world.register('busy', tableOf(1_000, 3, rising));
  await world.stream('busy', tableOf(ROWS, 4, falling), 1_000);
  const [first, ...later] = await Promise.all(
    [5_000, 5_500, 6_000, 6_500].map((to) => world.command('busy', { from: 1_000, to })),
  );
  assert(first);
  await world.send(first);
  await whileHeldUp(first, () => world.send(...later));
  const ends = await Promise.all([first, ...later].map((command) => world.ended(command)));
  const phases = ends.map(({ phase }) => phase);
  assert.match(phases[0] ?? '', /published|rejected/);
  assert.deepEqual(phases.slice(1, 3), ['superseded', 'superseded']);
  assert.match(phases[3] ?? '', /published|rejected/);
  assert.match(ends[1]?.message ?? '', new RegExp(later[2]?.commandId ?? ''));
  for (const command of later.slice(0, 2)) assert.deepEqual(eventsOf(command), []);

  const pid = await trainingProcess();
  const another = await world.command('busy', { from: 1_000, to: 7_000 });
  await world.send(another);
  await outcomeOf(another);
  assert.deepEqual(eventsOf(another).length, 2);
  assert.equal(await trainingProcess(), pid);
});

test('a version that is better than the live one is live again while a training run goes on', async () => {
  const training = await commandAboutTwo('beaten', 20);
  const back = { action: 'restore', restoreVersion: 1, baseVersion: 2 } as const;
  const restore = await world.command('beaten', { from: 0, to: ROWS }, back);
  const outdated = await world.command('beaten', { from: 0, to: ROWS + 1 }, back);
  await world.send(training);
  await whileHeldUp(training, async () => {
    await world.send(restore);
    assert.equal((await outcomeOf(restore)).version, 1);
  });
  await outcomeOf(training);
  await world.send(outdated);
  const end = await world.ended(outdated);
  assert.equal(end.phase, 'superseded');
  assert.match(end.message, /is live, not version 2/);
  await world.drained();
});

test('a candidate goes back where a person took down meanwhile what it was trained from', async () => {
  const training = await commandAboutTwo('disputed', 30);
  await world.send(training);
  await whileHeldUp(training, async () => {
    const down = { reason: 'bad data', actor: 'anna', eventTime: training.eventTime };
    assert.equal(await world.connections.registry.rollback('disputed', down), 1);
  });
  const end = await outcomeOf(training);
  assert.equal(end.phase, 'rejected');
  assert.match(end.message, /version 2, which it was trained from, was taken down by anna/);
  assert.equal(live('disputed'), 1);
  await world.drained();
});

/**
 * Registers two versions, streams rows of another concept, and gives the command to train on them.
 */
async function commandAboutTwo(model: string, seed: number): Promise<RetrainCommand> {
  await world.register(model, tableOf(1_000, seed, rising));
  await world.register(model, tableOf(1_000, seed + 1, rising));
  await world.stream(model, tableOf(ROWS, seed + 2, falling), 1_000);
  await world.connections.registry.sync();
  return world.command(model, { from: 1_000, to: 1_000 + ROWS });
}

/**
 * Acts while a command's training is held up: however slow this machine is, the run does not end
 * meanwhile.
 */
async function whileHeldUp({ commandId }: RetrainCommand, act: () => Promise<void>): Promise<void> {
  await world.until('training', () => world.progressOf(commandId).some(({ phase }) => phase === 'training'));
  const pid = await trainingProcess();
  process.kill(pid, 'SIGSTOP');
  try {
    await act();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

async function trainingProcess(): Promise<number> {
  const answer = await fetch(`${world.fleet.services.get('trainer')?.url}/health/ready`);
  const { detail } = (await answer.json()) as { detail: { trainingProcess: unknown } };
  const pid = detail.trainingProcess;
  assert(typeof pid === 'number');
  return pid;
}

test('where an earlier version fits the newest rows much better, it is live again, once however often the trainer is killed', async () => {
  await world.register('returning', tableOf(2_000, 5, rising));
  await world.stream('returning', tableOf(4_000, 6, falling), 2_000);
  const away = await world.command('returning', { from: 2_000, to: 6_000 });
  await world.send(away);
  assert.equal((await outcomeOf(away)).phase, 'published');
  assert.equal(live('returning'), 2);

  // The old concept is back, but nearly all that there is to train on is of the other one.
  await world.stream('returning', tableOf(400, 7, rising), 6_000);
  const back = await world.command('returning', { from: 2_000, to: 6_400 }, { issuedBy: 'anna' });
  await world.send(back);
  await world.until('the return', () => eventsOf(back).includes('rolledBack'));
  await killAndStart();
  // It may have been killed after its commit: that the command comes once more is then made
  // certain.
  await world.send(back);
  const end = await outcomeOf(back);
  await world.drained();
  assert.equal(end.version, 1);
  assert.match(end.message, /version 1 is live again.*fits the .* newest rows better/);
  await world.until('live', () => live('returning') === 1);
  assert.deepEqual(eventsOf(back), ['rolledBack']);
});

function live(model: string): number | null | undefined {
  return world.connections.registry.model(model)?.state.live;
}

test('a command to bring the version before back is carried out once, though the trainer is killed before it says so', async () => {
  await world.register('restored', tableOf(1_000, 8, rising));
  await world.register('restored', tableOf(1_000, 9, rising));
  await world.register('restored', tableOf(1_000, 10, rising));
  await world.connections.registry.sync();
  assert.equal(live('restored'), 3);
  const restore = await world.command(
    'restored',
    { from: 0, to: 5_000 },
    { action: 'restore', issuedBy: 'anna' },
  );
  await world.send(restore);
  await world.until('the return', () => eventsOf(restore).includes('rolledBack'));
  await killAndStart();
  await world.send(restore);
  const end = await outcomeOf(restore);
  await world.drained();
  assert.equal(end.version, 2);
  assert.deepEqual(eventsOf(restore), ['rolledBack']);

  const unknown = await world.command(
    'restored',
    { from: 0, to: 5_000 },
    { action: 'restore', restoreVersion: 77, issuedBy: 'anna' },
  );
  await world.send(unknown);
  const failed = await world.ended(unknown);
  assert.equal(failed.phase, 'failed');
  assert.match(failed.message, /VERSION_UNKNOWN.*no version 77/);
  assert.equal(live('restored'), 2);
});

test('a candidate answers in shadow until a command makes it live, once, though the trainer is killed before it says so', async () => {
  await world.register('tried', tableOf(1_000, 40, rising));
  await world.stream('tried', tableOf(ROWS, 41, falling), 1_000);
  const rows = { from: 1_000, to: 1_000 + ROWS };
  const training = await world.command('tried', rows, { rollout: 'shadow' });
  await world.send(training);
  const end = await world.ended(training);
  assert.deepEqual([end.phase, end.version], ['shadow', 2], end.message);
  await world.until('the event', () => eventsOf(training).includes('shadow'));
  assert.deepEqual(eventsOf(training), ['candidate', 'shadow']);
  assert.equal(live('tried'), 1);

  const promote = await world.command('tried', rows, {
    action: 'promote',
    restoreVersion: 2,
    baseVersion: 1,
  });
  await world.send(promote);
  await world.until('the promotion', () => eventsOf(promote).includes('published'));
  await killAndStart();
  // It may have been killed after its commit: that the command comes once more is then made
  // certain.
  await world.send(promote);
  assert.equal((await outcomeOf(promote)).version, 2);
  await world.drained();
  assert.equal(live('tried'), 2);
  assert.deepEqual(eventsOf(promote), ['published']);

  const late = { action: 'reject', restoreVersion: 2, baseVersion: 2 } as const;
  const reject = await world.command('tried', rows, late);
  await world.send(reject);
  assert.equal((await world.ended(reject)).phase, 'superseded');
  assert.equal(live('tried'), 2);
});
