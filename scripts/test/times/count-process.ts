/**
 * Loaded before a test file with `--import`: at its end it adds a line to the file that
 * `TEST_TIMES_FILE` names: the CPU seconds of this process and of the children that it has waited
 * for, and the test file.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { cpuSecondsOf } from './cpu-seconds.ts';

const target = process.env.TEST_TIMES_FILE;
// Children of the test are in its sum already.
delete process.env.TEST_TIMES_FILE;
if (target !== undefined)
  process.once('exit', () => {
    const seconds = cpuSecondsOf(readFileSync('/proc/self/stat', 'utf8'));
    appendFileSync(target, `${seconds.toFixed(2)}\t${process.argv[1] ?? ''}\n`);
  });
