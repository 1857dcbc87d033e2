import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { cachedFolder } from '../src/install/cached-folder.ts';
import { classArchiveOptions } from '../src/install/class-archive.ts';
import { withLock } from '../src/processes/file-lock.ts';
import { identityOf } from '../src/processes/identity.ts';

const JAVA = { command: 'java', version: '17.0.15+6' };
let folder: string;
let pom: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driftloop-cache-'));
  pom = join(folder, 'pom.xml');
  await writeFile(pom, '<project/>');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a cached folder is filled once, also when several ask at once', async () => {
  let fills = 0;
  const fill = async (unfinished: string): Promise<void> => {
    fills++;
    await delay(50);
    await writeFile(join(unfinished, 'jar'), 'x');
  };
  const paths = await Promise.all(
    Array.from({ length: 4 }, () => cachedFolder(join(folder, 'cache'), 'kafka', pom, fill)),
  );
  assert.equal(new Set(paths).size, 1);
  assert.equal(fills, 1);
  assert.deepEqual(await readdir(join(folder, 'cache')), [paths[0]?.split('/').at(-1)]);
  await writeFile(pom, '<project>newer</project>');
  assert.notEqual(await cachedFolder(join(folder, 'cache'), 'kafka', pom, fill), paths[0]);
});

test('a fill that fails or is killed leaves nothing that looks finished', async () => {
  const cache = join(folder, 'cache');
  await mkdir(join(cache, '.unfinished-kafka-of-a-killed-process'), { recursive: true });
  const failing = async (unfinished: string): Promise<void> => {
    await writeFile(join(unfinished, 'half'), 'x');
    throw new Error('offline');
  };
  await assert.rejects(cachedFolder(cache, 'kafka', pom, failing), /offline/);
  assert.deepEqual(await readdir(cache), []);
});

test('a class archive is made once per Java, and a failed one is not tried again', async () => {
  const installation = join(folder, 'installation');
  let rehearsals = 0;
  const rehearse = async ([option]: readonly string[], data: string): Promise<void> => {
    rehearsals++;
    assert.ok(existsSync(data));
    await writeFile(option?.split('=')[1] ?? '', 'archive');
  };
  const options = await classArchiveOptions(installation, JAVA, rehearse);
  assert.equal(await readFile(options[0]?.replace('-XX:SharedArchiveFile=', '') ?? '', 'utf8'), 'archive');
  assert.deepEqual(await classArchiveOptions(installation, JAVA, rehearse), options);
  assert.equal(rehearsals, 1);
  const failing = async (): Promise<void> => {
    rehearsals++;
    throw new Error('no');
  };
  const newer = { ...JAVA, version: '21.0.1' };
  assert.deepEqual(await classArchiveOptions(installation, newer, failing), []);
  assert.deepEqual(await classArchiveOptions(installation, newer, failing), []);
  assert.equal(rehearsals, 2);
});

test('a lock lets one in at a time, and that of a process that is gone does not count', async () => {
  const path = join(folder, 'lock');
  const gone = { pid: 4_194_303, started: 'x' };
  const recycled = { pid: process.pid, started: 'an earlier process of this pid' };
  for (const content of [JSON.stringify(gone), JSON.stringify(recycled), '{"pid":', '[]']) {
    await writeFile(path, content);
    let inside = 0;
    const turns = await Promise.all(
      Array.from({ length: 5 }, (_, turn) =>
        withLock(path, 20_000, async () => {
          assert.equal(++inside, 1);
          await delay(5);
          inside--;
          return turn;
        }),
      ),
    );
    assert.deepEqual(turns, [0, 1, 2, 3, 4]);
    assert.deepEqual(await readdir(folder), ['pom.xml']);
  }
});

test('a lock that is not given up in time is an error that names its holder', async () => {
  const path = join(folder, 'lock');
  await writeFile(path, JSON.stringify(identityOf(process.pid)));
  await assert.rejects(
    withLock(path, 150, async () => undefined),
    {
      code: 'LOCAL_START_FAILED',
      message: new RegExp(`Process ${process.pid} holds`),
    },
  );
  assert.ok(existsSync(path));
});
