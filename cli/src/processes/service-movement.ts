import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { cpuTimeMs, type Movement, movementOf } from '@driftloop/local';

/**
 * pino's level of what is in order; a warning, as of an attempt that is made again, is no progress.
 */
const INFO = /"level":(?:10|20|30)[,}]/;

/** Watches a service that starts: its CPU time, and the lines of its log that tell of progress. */
export function watchServiceStart(pid: number, log: string, from: number): Movement {
  let at = from;
  let progress = 0;
  const logBytes = () => {
    const { text, size } = readFrom(log, at);
    at = size;
    progress += text.split('\n').filter((line) => INFO.test(line)).length;
    return progress;
  };
  return movementOf({ logBytes, cpuMs: () => cpuTimeMs(pid), now: () => performance.now() });
}

function readFrom(path: string, from: number): { text: string; size: number } {
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    const bytes = Buffer.alloc(Math.max(0, size - from));
    readSync(file, bytes, 0, bytes.length, from);
    return { text: bytes.toString('utf8'), size };
  } finally {
    closeSync(file);
  }
}
