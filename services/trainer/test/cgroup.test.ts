import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openTrainingGroup } from '../src/run/cgroup.ts';
import { createTrainingProcesses } from '../src/run/spawn.ts';
import { jobOf, rowsOf } from './fixtures/job.ts';

async function inFolder(files: readonly string[], work: (folder: string) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), 'driftloop cgrüp-'));
  try {
    for (const file of files) await writeFile(join(folder, file), '');
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const textOf = (folder: string, file: string) => readFile(join(folder, file), 'utf8');

test('a training process is put into its group, which has its weight and limit', async () => {
  await inFolder(['cgroup.procs', 'cpu.weight', 'memory.max'], async (folder) => {
    const { engine } = jobOf(rowsOf(10, 1), { maxSteps: 1, strategy: 'naive' });
    const processes = createTrainingProcesses({ nice: 10, mostMemoryMb: 512, cgroup: folder, engine });
    try {
      assert.equal(await textOf(folder, 'cgroup.procs'), String(processes.pid()));
      assert.equal(await textOf(folder, 'cpu.weight'), '10');
      assert.equal(await textOf(folder, 'memory.max'), String(512 * 2 ** 20));
      await processes.ready();
    } finally {
      processes.close();
    }
  });
});

test('a group without controllers takes processes, and one without a limit has none', async () => {
  await inFolder(['cgroup.procs', 'memory.max'], async (folder) => {
    openTrainingGroup(folder).take(7);
    assert.equal(await textOf(folder, 'cgroup.procs'), '7');
    assert.equal(await textOf(folder, 'memory.max'), 'max');
  });
});

test('a folder that is no group is refused by name', async () => {
  await inFolder([], async (folder) => {
    assert.throws(() => openTrainingGroup(folder), {
      code: 'CONFIG_INVALID',
      message: /TRAINER_CGROUP '.*cgrüp/,
    });
  });
});
