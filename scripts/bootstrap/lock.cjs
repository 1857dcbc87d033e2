'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { say } = require('./problem.cjs');

/** Runs `action` while this process holds the lock file; waits for another holder, and takes the lock of a dead one. */
function withLock(file, action) {
  acquire(file);
  try {
    return action();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function acquire(file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  let told = false;
  // Written beside and linked into place, so that nobody reads half a lock.
  const own = `${file}.${process.pid}`;
  fs.writeFileSync(own, String(process.pid));
  try {
    while (!linked(own, file)) {
      const holder = readPid(file);
      if (holder !== undefined && !isAlive(holder)) {
        takeAway(file);
        continue;
      }
      if (!told && holder !== undefined)
        say(`Waiting for the installation by process ${holder} (if there is none, delete ${file}) …`);
      told = true;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  } finally {
    fs.rmSync(own, { force: true });
  }
}

/** Several may find the same stale lock; under a lock of its own only one removes it, and only while it is stale. */
function takeAway(file) {
  withLock(`${file}.takeover`, () => {
    const holder = readPid(file);
    if (holder !== undefined && !isAlive(holder)) fs.rmSync(file, { force: true });
  });
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

module.exports = { withLock };
