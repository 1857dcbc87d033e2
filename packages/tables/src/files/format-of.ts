import { DriftloopError } from '@driftloop/errors';
import type { FileBytes } from './open-bytes.ts';

/** Beginnings of files that are no tables here, what they are, and what to do with them. */
const FOREIGN: readonly {
  readonly begins: readonly number[];
  readonly what: string;
  readonly todo: string;
}[] = [
  { begins: [0x50, 0x4b, 3, 4], what: 'a ZIP or Excel file', todo: 'save the sheet as CSV, or unpack it' },
  { begins: [0xd0, 0xcf, 0x11, 0xe0], what: 'an old Excel file', todo: 'save the sheet as CSV' },
  { begins: [0x28, 0xb5, 0x2f, 0xfd], what: 'packed by zstd', todo: 'unpack it: zstd -d FILE' },
  { begins: [0x42, 0x5a, 0x68], what: 'packed by bzip2', todo: 'unpack it: bunzip2 FILE' },
  { begins: [0xff, 0xfe], what: 'UTF-16', todo: 'make it UTF-8: iconv -f UTF-16 -t UTF-8 FILE > utf8.csv' },
  { begins: [0xfe, 0xff], what: 'UTF-16', todo: 'make it UTF-8: iconv -f UTF-16 -t UTF-8 FILE > utf8.csv' },
];

/**
 * What a file is, by what it begins with rather than by its name.
 *
 * @throws DriftloopError REQUEST_INVALID for one that is no table, saying what it is and what to do
 */
export function formatOf({ path, head }: FileBytes): 'CSV' | 'JSON lines' | 'JSON' | 'Parquet' {
  const foreign = FOREIGN.find(({ begins }) => begins.every((byte, at) => head[at] === byte));
  if (foreign)
    throw invalid(
      `${path} is ${foreign.what}; needed is CSV, JSON lines (UTF-8, may be gzipped) or Parquet: ${foreign.todo.replace('FILE', path)}.`,
    );
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') return 'Parquet';
  if (head.includes(0))
    throw invalid(
      `${path} has zero bytes, so it is UTF-16 or no text; needed is CSV, JSON lines or Parquet. UTF-16 becomes UTF-8 by: iconv -f UTF-16LE -t UTF-8 ${path} > utf8.csv`,
    );
  const begins = /^\ufeff?\s*(\{|\[\s*[{[\]])/.exec(head.subarray(0, 1_000).toString('utf8'));
  if (begins === null) return 'CSV';
  return begins[1] === '{' ? 'JSON lines' : 'JSON';
}

function invalid(message: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', message);
}
