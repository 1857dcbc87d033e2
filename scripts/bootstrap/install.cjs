'use strict';
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { withLock } = require('./lock.cjs');
const { Problem, say } = require('./problem.cjs');

const PNPM_VERSION = '12.21.0';

/** How npm and pnpm say that they reach no registry. */
const OFFLINE =
  /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|ERR_SOCKET|fetch failed|error sending request/i;
const ONLINE_HINT =
  'Is the machine online, and does `npm config get registry` name a registry that it reaches? Then run the command again.';

/** Installs what is missing, one process at a time: a second one waits and finds it done. */
function installOnce(root) {
  if (isInstalled(root)) return;
  withLock(path.join(root, '.driftloop', 'install.lock'), () => {
    if (isInstalled(root)) return;
    const pnpm = installPnpm(root);
    say('Installing dependencies …');
    const args = [pnpm, 'install', '--frozen-lockfile', '--ignore-scripts', '--reporter=append-only'];
    // CI: no questions, for example whether to replace a node_modules that npm made.
    step(root, process.execPath, args, 'pnpm could not install the dependencies', { CI: 'true' });
    fs.mkdirSync(path.dirname(stampOf(root)), { recursive: true });
    fs.writeFileSync(stampOf(root), fingerprint(root));
  });
}

function isInstalled(root) {
  const stamp = stampOf(root);
  return fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === fingerprint(root);
}

/** Holds the hash of what was installed. It lies in node_modules so that removing that folder removes it, too. */
function stampOf(root) {
  return path.join(root, 'node_modules', '.driftloop-installed');
}

/** Changes with every dependency, with every package that joins or leaves the workspace, and with the platform. */
function fingerprint(root) {
  return createHash('sha256')
    .update(fs.readFileSync(path.join(root, 'pnpm-lock.yaml')))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex');
}

/** pnpm, which any Node starts; it then installs the pinned Node as one of the workspace's packages. */
function installPnpm(root) {
  const toolchain = path.join(root, '.driftloop', 'toolchain');
  const pnpm = path.join(toolchain, 'node_modules', 'pnpm');
  if (versionOf(pnpm) !== PNPM_VERSION) {
    say(`Installing pnpm ${PNPM_VERSION} …`);
    fs.mkdirSync(toolchain, { recursive: true });
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
      root,
      'npm',
      ['install', ...flags, ...retries, '--prefix', toolchain, `pnpm@${PNPM_VERSION}`],
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

/** Runs one step of the installation silently; when it fails, shows the end of what it said. */
function step(root, command, args, problem, env = {}) {
  const isScript = process.platform === 'win32' && command === 'npm';
  const result = spawnSync(isScript ? 'npm.cmd' : command, args, {
    cwd: root,
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

module.exports = { installOnce };
