import type { Duplex } from 'node:stream';

/**
 * A message between the service and a session process: what is said as JSON, numbers as they lie in
 * memory.
 */
export interface Frame {
  readonly head: unknown;
  /** In memory of its own that begins at an address floats can be read from. */
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** Lengths of the head and of the payload, little-endian. */
const LENGTHS_BYTES = 8;

/**
 * Writes a message. The parts of the payload are not copied: they must not change until they have
 * been sent.
 */
export function writeFrame(stream: Duplex, head: unknown, payload: readonly Uint8Array[] = []): void {
  const json = Buffer.from(JSON.stringify(head));
  const start = Buffer.allocUnsafe(LENGTHS_BYTES + json.length);
  start.writeUInt32LE(json.length, 0);
  start.writeUInt32LE(
    payload.reduce((sum, part) => sum + part.byteLength, 0),
    4,
  );
  json.copy(start, LENGTHS_BYTES);
  stream.cork();
  stream.write(start);
  for (const part of payload) if (part.byteLength > 0) stream.write(part);
  stream.uncork();
}

/**
 * Puts messages together from the pieces in which a stream delivers them.
 * @returns takes the next piece
 */
export function createFrameReader(onFrame: (frame: Frame) => void): (piece: Uint8Array) => void {
  const lengths = new Uint8Array(LENGTHS_BYTES);
  let target: Uint8Array = lengths;
  let filled = 0;
  let head: Uint8Array | undefined;
  let payload: Uint8Array<ArrayBuffer> = new Uint8Array(0);

  /** What is wanted next is there. @returns whether the message is whole */
  const advance = (): boolean => {
    filled = 0;
    if (target === lengths) {
      const view = new DataView(lengths.buffer);
      head = new Uint8Array(view.getUint32(0, true));
      payload = new Uint8Array(view.getUint32(4, true));
      target = head;
      return false;
    }
    if (target === head && payload.length > 0) {
      target = payload;
      return false;
    }
    return true;
  };

  return (piece) => {
    let at = 0;
    while (at < piece.length) {
      const part = piece.subarray(at, at + target.length - filled);
      target.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < target.length || !advance()) continue;
      const frame: Frame = { head: JSON.parse(Buffer.from(head ?? []).toString()), payload };
      target = lengths;
      head = undefined;
      onFrame(frame);
    }
  };
}
