/**
 * `npm run console:build`: builds the web console for the gateway, and prints how large it is as
 * one line of JSON. With --if-stale it does nothing where what is built was made from the same
 * sources.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from '@driftloop/local';
import { bundleSize } from './bundle-size.ts';
import { sourceHash } from './source-hash.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CONSOLE = join(ROOT, 'services/console');
const DIST = join(CONSOLE, 'dist');
/** Says what the build was made from. */
const STAMP = join(DIST, 'source.sha256');
const LOCK_WAIT_MS = 300_000;
/**
 * What every page loads first, compressed: who adds more has it loaded by the page that needs it.
 */
const MOST_FIRST_BYTES = 300_000;

const hash = sourceHash(ROOT, ['services/console', 'pnpm-lock.yaml']);
const isFresh = () => existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash;
const ifStale = process.argv.includes('--if-stale');
// Several starts may find it stale at the same time.
if (!ifStale || !isFresh()) {
  await withLock(join(ROOT, '.driftloop', 'lock.console'), LOCK_WAIT_MS, async () => {
    if (!ifStale || !isFresh()) await buildConsole();
  });
}

async function buildConsole(): Promise<void> {
  if (ifStale) console.log('Building the web console: it is missing, or older than its sources …');
  // Most often there is nothing to do, and this is large.
  const { build } = await import('vite');
  const fresh = `${DIST}-${process.pid}`;
  await build({ root: CONSOLE, logLevel: 'warn', build: { outDir: fresh, manifest: true } });
  const size = bundleSize(fresh);
  writeFileSync(join(fresh, 'source.sha256'), hash);
  // A gateway that starts meanwhile finds the old one or the new one whole.
  rmSync(DIST, { recursive: true, force: true });
  renameSync(fresh, DIST);
  console.log(JSON.stringify(size));
  if (ifStale || size.firstGzippedBytes <= MOST_FIRST_BYTES) return;
  console.error(`Pages load more than ${MOST_FIRST_BYTES} bytes first: have them load late what few need.`);
  process.exitCode = 1;
}
