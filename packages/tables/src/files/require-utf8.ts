import { isUtf8 } from 'node:buffer';
import { Transform } from 'node:stream';
import { DriftloopError } from '@driftloop/errors';

/**
 * Lets bytes through that are UTF-8, and ends with REQUEST_INVALID at the first line that is not.
 */
export function requireUtf8(path: string): Transform {
  let lines = 1;
  let carried = Buffer.alloc(0);
  const check = (bytes: Buffer) => {
    if (isUtf8(bytes)) lines += newlinesIn(bytes);
    else throw notUtf8(path, lines, bytes);
  };
  return new Transform({
    transform(chunk: Buffer, _, done) {
      try {
        const bytes = carried.length === 0 ? chunk : Buffer.concat([carried, chunk]);
        const end = bytes.length - unfinished(bytes);
        carried = Buffer.from(bytes.subarray(end));
        check(bytes.subarray(0, end));
        done(null, bytes.subarray(0, end));
      } catch (error) {
        done(error as Error);
      }
    },
    flush(done) {
      try {
        check(carried);
        done(null, carried);
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

/** Bytes at the end that begin a character and do not end it. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? back : 0;
  }
  return 0;
}

function notUtf8(path: string, linesBefore: number, bytes: Buffer): DriftloopError {
  const text = bytes.toString('utf8');
  const line = linesBefore + newlinesIn(Buffer.from(text.slice(0, text.indexOf('\ufffd'))));
  return new DriftloopError(
    'REQUEST_INVALID',
    `${path} line ${line} is not UTF-8, so its texts are not known; likely it is Latin-1 or Windows-1252. Make it UTF-8: iconv -f WINDOWS-1252 -t UTF-8 ${path} > utf8.csv`,
  );
}

function newlinesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}
