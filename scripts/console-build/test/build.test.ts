import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { bundleSize } from '../bundle-size.ts';
import { sourceHash } from '../source-hash.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'console-build-'));
});
after(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

test('a build is stale when a source changes, comes or goes, and not for what it makes or installs', () => {
  write('console/src/main.tsx', 'one');
  write('lock.yaml', 'lock');
  const hash = () => sourceHash(folder, ['console', 'lock.yaml']);
  const first = hash();
  write('console/dist/index.html', 'built');
  write('console/node_modules/react/index.js', 'installed');
  write('console/src/main.test.ts', 'a test');
  assert.equal(hash(), first);
  const seen = new Set([first]);
  for (const [path, text] of [
    ['console/src/main.tsx', 'two'],
    ['console/src/more.ts', ''],
    ['lock.yaml', 'another lock'],
  ] as const) {
    write(path, text);
    seen.add(hash());
  }
  assert.equal(seen.size, 4);
});

test('what every page loads first is counted apart from pages that are loaded later', () => {
  const files = { 'main.js': 'm'.repeat(500), 'shared.js': 's', 'main.css': 'c', 'charts.js': 'charts' };
  for (const [name, text] of Object.entries(files)) write(`built/${name}`, text);
  const manifest = {
    'index.html': { file: 'main.js', isEntry: true, imports: ['_shared'], css: ['main.css'] },
    _shared: { file: 'shared.js' },
    'charts.tsx': { file: 'charts.js', imports: ['_shared', 'index.html'] },
  };
  write('built/.vite/manifest.json', JSON.stringify(manifest));
  const bytes = (name: keyof typeof files) => gzipSync(files[name]).length;
  const first = bytes('main.js') + bytes('shared.js') + bytes('main.css');
  assert.deepEqual(bundleSize(join(folder, 'built')), {
    what: 'console bundle',
    firstGzippedBytes: first,
    allGzippedBytes: first + bytes('charts.js'),
  });
});
