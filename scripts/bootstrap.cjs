'use strict';
// Runs a TypeScript file of this workspace with the pinned Node, and installs both first if need be:
//
//     node scripts/bootstrap.cjs <file.ts> [arguments]
//
// It is what `npm run demo` and `npm test` call in a fresh clone, so it runs on any Node from 18 on and uses nothing but
// Node and npm. Arguments, signals and the exit code pass through.

const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { installOnce } = require('./bootstrap/install.cjs');
const { Problem, say } = require('./bootstrap/problem.cjs');

const ROOT = path.dirname(__dirname);
/** The first Node that runs TypeScript without a flag. */
const OLDEST_NODE = [22, 18];

function main() {
  const [script, ...args] = process.argv.slice(2);
  if (script === undefined) throw new Problem('usage: node scripts/bootstrap.cjs <file.ts> [arguments]');
  installOnce(ROOT);
  run(workspaceNode(), [path.resolve(ROOT, script), ...args]);
}

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

/** Runs the program in this one's place, as far as a child can: same terminal, signals, and exit code. */
function run(node, args) {
  const bin = path.join(ROOT, 'node_modules', '.bin');
  // Types are stripped and code is compiled once, for this process and all that it starts, and anew for what has changed.
  const stripped = pathToFileURL(path.join(ROOT, 'scripts', 'bootstrap', 'stripped.mjs')).href;
  const compiled = process.env.NODE_COMPILE_CACHE || path.join(ROOT, '.driftloop', 'cache', 'compiled');
  const child = spawn(node, args, {
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: compiled,
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${stripped}`.trim(),
      PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}`,
    },
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

function fail(error) {
  say(error instanceof Problem ? error.message : error.stack);
  process.exitCode = 1;
}

try {
  main();
} catch (error) {
  fail(error);
}
