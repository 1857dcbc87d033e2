import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const BLOCK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * Lines of a file from byte `end` back to its beginning, the last one first. A file that grows or
 * is cut meanwhile is read as far as it is there.
 */
export function* linesBackwards(path: string, end: number): Generator<string> {
  const file = openSync(path, 'r');
  try {
    let rest: Buffer = Buffer.alloc(0);
    for (let at = Math.min(end, fstatSync(file).size); at > 0; ) {
      const from = Math.max(0, at - BLOCK_BYTES);
      const block = Buffer.alloc(at - from);
      const read = readSync(file, block, 0, block.length, from);
      const bytes = Buffer.concat([block.subarray(0, read), rest]);
      const first = from === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
      // What comes before the first line break belongs to the block before.
      const isWhole = from === 0 || first > 0;
      rest = isWhole ? bytes.subarray(0, first) : bytes;
      at = from;
      if (!isWhole) continue;
      const lines = bytes.subarray(first).toString('utf8').split('\n');
      for (const line of lines.reverse()) if (line !== '') yield line;
    }
  } finally {
    closeSync(file);
  }
}

/** Reads the lines that come after byte `from`, as far as they are whole. */
export function linesAfter(path: string, from: number): { lines: string[]; next: number } {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    // It was cut: what is there now is new.
    const start = size < from ? 0 : from;
    const bytes = Buffer.alloc(size - start);
    const read = readSync(file, bytes, 0, bytes.length, start);
    const whole = bytes.subarray(0, bytes.subarray(0, read).lastIndexOf(NEWLINE) + 1);
    const lines = whole
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
    return { lines, next: start + whole.length };
  } finally {
    closeSync(file);
  }
}
