import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Checks docker-compose.yml with the compose specification's own loader: unknown keys, wrong types,
// missing services. It is a Go program, so without Go there is nothing to check with.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LOADER = 'github.com/compose-spec/compose-go/v2/cmd';
const VERSION = 'v2.9.1';
const FILE = 'docker-compose.yml';

const folder = join(ROOT, '.driftloop', 'cache', 'go-bin');
const loader = join(folder, `compose-loader-${VERSION}`);

if (!existsSync(loader) && spawnSync('go', ['version']).status !== 0) {
  console.log(`skipped: no Go, which builds the loader that checks ${FILE}`);
} else if (buildLoader() && checkFile()) {
  console.log(`${FILE} is valid`);
} else {
  process.exitCode = 1;
}

function buildLoader(): boolean {
  if (existsSync(loader)) return true;
  // A folder of its own: two checks at once must not write the same file.
  const unfinished = join(folder, `.unfinished-${process.pid}`);
  mkdirSync(unfinished, { recursive: true });
  const { status, stderr } = spawnSync('go', ['install', `${LOADER}@${VERSION}`], {
    encoding: 'utf8',
    env: { ...process.env, GOBIN: unfinished, GOFLAGS: '-mod=mod' },
  });
  if (status !== 0) {
    console.error(`go install ${LOADER}@${VERSION} failed:\n${stderr}`);
    return false;
  }
  renameSync(join(unfinished, 'cmd'), loader);
  return true;
}

function checkFile(): boolean {
  const { status, stdout, stderr } = spawnSync(loader, [join(ROOT, FILE)], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) console.error(`${FILE} is not valid:\n${stderr || stdout}`);
  return status === 0;
}
