'use strict';
// Runs a TypeScript file of this workspace with the pinned Node, and installs both first if need be:
//
//     node scripts/bootstrap.cjs <file.ts> [arguments]
//
// It is what `npm run demo` and `npm test` call in a fresh clone, so it runs on any Node from 18 on and uses nothing but
// Node and npm. Arguments, signals and the exit code pass through.

const { spawn, spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const ROOT = path.dirname(__dirname);
const PNPM_VERSION = '12.21.0';
/** The first Node that runs TypeScript without a flag. */
const OLDEST_NODE = [22, 18];
const LOCKFILE = path.join(ROOT, 'pnpm-lock.yaml');
const TOOLCHAIN = path.join(ROOT, '.driftloop', 'toolchain');
/** Holds the hash of what was installed. It lies in node_modules so that removing that folder removes it, too. */
const STAMP = path.join(ROOT, 'node_modules', '.driftloop-installed');
const LOCK = path.join(ROOT, '.driftloop', 'install.lock');

/** How npm and pnpm say that they reach no registry. */
const OFFLINE =
  /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|ERR_SOCKET|fetch failed|error sending request/i;
const ONLINE_HINT =
  'Is the machine online, and does `npm config get registry` name a registry that it reaches? Then run the command again.';

/** A problem of the machine, to be told without a stack trace. */
class Problem extends Error {}

function main() {
  const [script, ...args] = process.argv.slice(2);
  if (script === undefined) throw new Problem('usage: node scripts/bootstrap.cjs <file.ts> [arguments]');
  if (!isInstalled()) installOnce();
  run(workspaceNode(), [path.resolve(ROOT, script), ...args]);
}

// --- what is there ---------------------------------------------------------------------------------------------------

/** The Node that runs the workspace: the pinned package of this platform, else the running one if it is new enough. */
function workspaceNode() {
  const name = `node-${process.platform}-${process.arch}`;
  const pinned = path.join(ROOT, 'node_modules', name, 'bin', 'node');
  // It is there and does not start on musl, for example.
  if (fs.existsSync(pinned) && spawnSync(pinned, ['--version']).status === 0) return pinned;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]))
    return process.execPath;
  throw new Problem(
    `No packaged Node runs on ${process.platform}-${process.arch}, and this one is ${process.versions.node}. ` +
      `Install Node ${OLDEST_NODE.join('.')} or newer (https://nodejs.org) and try again.`,
  );
}

function isInstalled() {
  return fs.existsSync(STAMP) && fs.readFileSync(STAMP, 'utf8') === fingerprint();
}

/** Changes with every dependency, with every package that joins or leaves the workspace, and with the platform. */
function fingerprint() {
  return createHash('sha256')
    .update(fs.readFileSync(LOCKFILE))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex');
}

// --- installing ------------------------------------------------------------------------------------------------------

/** Installs what is missing, one process at a time: a second one waits and finds it done. */
function installOnce() {
  acquireLock();
  try {
    if (isInstalled()) return;
    installWorkspace(installPnpm());
    fs.writeFileSync(STAMP, fingerprint());
  } finally {
    fs.rmSync(LOCK, { force: true });
  }
}

/** pnpm, which any Node starts; it then installs the pinned Node as one of the workspace's packages. */
function installPnpm() {
  const pnpm = path.join(TOOLCHAIN, 'node_modules', 'pnpm');
  if (versionOf(pnpm) !== PNPM_VERSION) {
    say(`Installing pnpm ${PNPM_VERSION} …`);
    fs.mkdirSync(TOOLCHAIN, { recursive: true });
    const flags = [
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--no-update-notifier',
      '--loglevel=error',
    ];
    const retries = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
    step(
      'npm',
      ['install', ...flags, ...retries, '--prefix', TOOLCHAIN, `pnpm@${PNPM_VERSION}`],
      'npm could not fetch pnpm',
    );
  }
  return path.join(pnpm, 'bin', 'pnpm.mjs');
}

function versionOf(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}

function installWorkspace(pnpm) {
  say('Installing dependencies …');
  const args = [pnpm, 'install', '--frozen-lockfile', '--ignore-scripts', '--reporter=append-only'];
  // CI: no questions, for example whether to replace a node_modules that npm made.
  step(process.execPath, args, 'pnpm could not install the dependencies', { CI: 'true' });
}

/** Runs one step of the installation silently; when it fails, shows the end of what it said. */
function step(command, args, problem, env = {}) {
  const isScript = process.platform === 'win32' && command === 'npm';
  const result = spawnSync(isScript ? 'npm.cmd' : command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    shell: isScript,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, ...env },
  });
  if (result.error?.code === 'ENOENT')
    throw new Problem(`${problem}: \`${command}\` was not found. It comes with Node: https://nodejs.org`);
  if (result.error !== undefined) throw new Problem(`${problem}: ${result.error.message}`);
  if (result.signal !== null) throw new Problem(`${problem}: it was ended by ${result.signal}.`);
  if (result.status === 0) return;
  const said = `${result.stdout}\n${result.stderr}`.split('\n').filter((line) => line.trim() !== '');
  throw new Problem(
    `${problem} (exit code ${result.status}):\n  ${said.slice(-12).join('\n  ')}${OFFLINE.test(said.join()) ? `\n${ONLINE_HINT}` : ''}`,
  );
}

// --- one installation at a time --------------------------------------------------------------------------------------

function acquireLock() {
  fs.mkdirSync(path.dirname(LOCK), { recursive: true });
  let told = false;
  // Written beside and linked into place, so that nobody reads half a lock.
  const own = `${LOCK}.${process.pid}`;
  fs.writeFileSync(own, String(process.pid));
  try {
    while (!linked(own, LOCK)) {
      const holder = readPid(LOCK);
      if (holder !== undefined && !isAlive(holder)) {
        takeAway(holder);
        continue;
      }
      if (!told && holder !== undefined) say(`Waiting for the installation by process ${holder} …`);
      told = true;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  } finally {
    fs.rmSync(own, { force: true });
  }
}

/** Of several that find the same stale lock only one renames it away; a fresh one taken by mistake is put back. */
function takeAway(stale) {
  const aside = `${LOCK}.stale.${process.pid}`;
  try {
    fs.renameSync(LOCK, aside);
  } catch {
    return;
  }
  if (readPid(aside) !== stale) linked(aside, LOCK);
  fs.rmSync(aside, { force: true });
}

function linked(from, to) {
  try {
    fs.linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function readPid(file) {
  try {
    return Number(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// --- running ---------------------------------------------------------------------------------------------------------

/** Runs the program in this one's place, as far as a child can: same terminal, signals, and exit code. */
function run(node, args) {
  const bin = path.join(ROOT, 'node_modules', '.bin');
  const child = spawn(node, args, {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child as well: twice would mean "at once".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.once('error', (error) => fail(new Problem(`Cannot start ${node}: ${error.message}`)));
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (os.constants.signals[signal] ?? 0);
  });
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(error) {
  say(error instanceof Problem ? error.message : error.stack);
  process.exitCode = 1;
}

try {
  main();
} catch (error) {
  fail(error);
}
