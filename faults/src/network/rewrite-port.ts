import { Transform } from 'node:stream';

/**
 * Puts another port into a broker's answers wherever it names its own address, so that clients come
 * back through the proxy. A broker says host and port one after another, in every response that has
 * an address and in every version of the protocol: as text, then four bytes. Lengths stay the same.
 *
 * @param host as the broker names itself
 */
export function rewritePort(host: string, from: number, to: number): Transform {
  const pattern = Buffer.concat([Buffer.from(host), portBytes(from)]);
  const replacement = Buffer.concat([Buffer.from(host), portBytes(to)]);
  let held: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _, done) {
      // A copy: the socket's own buffer is not ours to write to.
      const bytes = Buffer.concat([held, chunk]);
      for (let at = bytes.indexOf(pattern); at >= 0; at = bytes.indexOf(pattern, at + pattern.length))
        replacement.copy(bytes, at);
      const kept = beginOf(pattern, bytes);
      held = bytes.subarray(bytes.length - kept);
      done(null, bytes.subarray(0, bytes.length - kept));
    },
    flush(done) {
      done(null, held);
    },
  });
}

/** How many bytes at the end may be the beginning of the pattern: the rest may come next. */
function beginOf(pattern: Buffer, bytes: Buffer): number {
  for (let length = Math.min(pattern.length - 1, bytes.length); length > 0; length--)
    if (bytes.subarray(bytes.length - length).equals(pattern.subarray(0, length))) return length;
  return 0;
}

function portBytes(port: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(port);
  return bytes;
}
