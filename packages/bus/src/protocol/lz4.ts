const MAGIC = 0x184d2204;
const CONTENT_SIZE = 0x08;
const DICTIONARY = 0x01;
const BLOCK_CHECKSUM = 0x10;
const UNCOMPRESSED = 0x8000_0000;

/**
 * Unpacks an LZ4 frame (lz4 doc/lz4_Frame_format.md and lz4_Block_format.md). Checksums are not
 * looked at.
 *
 * @throws RangeError if the data is malformed or larger than `maxBytes`
 */
export function decompressLz4Frame(packed: Buffer, maxBytes: number): Buffer {
  if (packed.length < 7 || packed.readUInt32LE(0) !== MAGIC) throw new RangeError('not an LZ4 frame');
  const flags = packed[4]!;
  let at = 7 + (flags & CONTENT_SIZE ? 8 : 0) + (flags & DICTIONARY ? 4 : 0);
  const out = new Output(packed.length * 4, maxBytes);
  for (;;) {
    const size = packed.readUInt32LE(at);
    at += 4;
    if (size === 0) return out.done();
    const length = size % UNCOMPRESSED;
    if (length > packed.length - at) throw new RangeError('LZ4 block is cut off');
    if (size >= UNCOMPRESSED) out.append(packed, at, length);
    else decompressBlock(packed, at, at + length, out);
    at += length + (flags & BLOCK_CHECKSUM ? 4 : 0);
  }
}

function decompressBlock(packed: Buffer, from: number, end: number, out: Output): void {
  let at = from;
  const extended = (length: number): number => {
    let sum = length;
    if (length === 15) {
      let byte: number;
      do {
        if (at >= end) throw new RangeError('LZ4 length is cut off');
        byte = packed[at++]!;
        sum += byte;
      } while (byte === 255);
    }
    return sum;
  };
  while (at < end) {
    const token = packed[at++]!;
    const literals = extended(token >> 4);
    if (literals > end - at) throw new RangeError('LZ4 literals are cut off');
    out.append(packed, at, literals);
    at += literals;
    if (at === end) return; // the last sequence has no match
    if (end - at < 2) throw new RangeError('LZ4 match is cut off');
    const back = packed.readUInt16LE(at);
    at += 2;
    out.repeat(back, extended(token & 0x0f) + 4);
  }
}

/** What was unpacked so far; later blocks of a frame may refer back into it. */
class Output {
  #bytes: Buffer;
  #length = 0;
  readonly #max: number;

  constructor(sizeBytes: number, maxBytes: number) {
    this.#bytes = Buffer.allocUnsafe(Math.min(Math.max(sizeBytes, 1024), maxBytes));
    this.#max = maxBytes;
  }

  append(source: Buffer, from: number, length: number): void {
    this.#reserve(length);
    source.copy(this.#bytes, this.#length, from, from + length);
    this.#length += length;
  }

  repeat(back: number, length: number): void {
    if (back === 0 || back > this.#length) throw new RangeError('LZ4 match is out of range');
    this.#reserve(length);
    const bytes = this.#bytes;
    // Byte by byte: a match may overlap what it writes.
    for (let to = this.#length, end = to + length; to < end; to++) bytes[to] = bytes[to - back]!;
    this.#length += length;
  }

  done(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(length: number): void {
    const needed = this.#length + length;
    if (needed > this.#max) throw new RangeError('LZ4 frame is too large');
    if (needed <= this.#bytes.length) return;
    const bigger = Buffer.allocUnsafe(Math.min(this.#max, Math.max(needed, this.#bytes.length * 2)));
    this.#bytes.copy(bigger, 0, 0, this.#length);
    this.#bytes = bigger;
  }
}
