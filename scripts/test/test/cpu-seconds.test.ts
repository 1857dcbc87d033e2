import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { cpuSecondsOf } from '../times/cpu-seconds.ts';

test('user and system time are summed, also of children, whatever the program is called', () => {
  // utime 1250, stime 50, cutime 300, cstime 25 ticks of 10 ms.
  const rest = 'S 1 42 42 0 -1 4194560 1 2 3 4 1250 50 300 25 20 0 11 0 12345 999 999';
  for (const name of ['node', 'a b', '(1) 2 3', 'x) S 9 9']) {
    assert.equal(cpuSecondsOf(`42 (${name}) ${rest}`), 16.25);
  }
});

test('what a child computes counts once it has ended', { skip: !existsSync('/proc/self/stat') }, () => {
  const used = () => cpuSecondsOf(readFileSync('/proc/self/stat', 'utf8'));
  const before = used();
  const script = 'const from = process.cpuUsage(); while (process.cpuUsage(from).user < 1_000_000);';
  execFileSync(process.execPath, ['-e', script]);
  assert(used() - before >= 0.9, `${used() - before}`);
});
