import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { identityOf } from '@driftloop/local';
import { emptyDataFolder } from '../src/environment/empty-data-folder.ts';

const parent = mkdtempSync(join(tmpdir(), 'empty-'));
after(() => rmSync(parent, { recursive: true }));
const folder = join(parent, 'data');
beforeEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: unknown) => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), JSON.stringify(content));
};
const services = (started: string) => ({
  environment: {},
  services: [{ name: 'trainer', pid: process.pid, started, url: '', log: '' }],
});

test('the data of a run that has ended is removed; none is fine too', async () => {
  await emptyDataFolder(folder);
  write('services.json', services('another process had this pid'));
  mkdirSync(join(folder, 'logs'));
  await emptyDataFolder(folder);
  assert.equal(existsSync(folder), false);
});

test('data that a service works on stays', async () => {
  write('services.json', services(identityOf(process.pid)?.started ?? ''));
  await assert.rejects(emptyDataFolder(folder), { code: 'REQUEST_INVALID', message: /down --data/ });
  assert.equal(existsSync(join(folder, 'services.json')), true);
});

test('files of others stay', async () => {
  write('state.json', { parts: {} });
  write('thesis.tex', 'years of work');
  await assert.rejects(emptyDataFolder(folder), { code: 'REQUEST_INVALID', message: /thesis\.tex/ });
  assert.equal(existsSync(join(folder, 'thesis.tex')), true);
});
