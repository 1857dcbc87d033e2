/** The header of snappy-java's framing, which Kafka's Java clients use around raw Snappy blocks. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

/**
 * Unpacks Snappy, raw or in snappy-java's framing (google/snappy format_description.txt;
 * snappy-java's SnappyOutputStream).
 *
 * @throws RangeError if the data is malformed or larger than `maxBytes`
 */
export function decompressSnappy(packed: Buffer, maxBytes: number): Buffer {
  if (!packed.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return decompressBlock(packed, maxBytes);
  const blocks: Buffer[] = [];
  let left = maxBytes;
  for (let at = XERIAL_HEADER_BYTES; at < packed.length; ) {
    const length = packed.readUInt32BE(at);
    at += 4;
    if (length > packed.length - at) throw new RangeError('snappy block is cut off');
    const block = decompressBlock(packed.subarray(at, at + length), left);
    blocks.push(block);
    left -= block.length;
    at += length;
  }
  return Buffer.concat(blocks);
}

function decompressBlock(packed: Buffer, maxBytes: number): Buffer {
  let at = 0;
  let size = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = packed[at++];
    if (byte === undefined || factor > 2 ** 28) throw new RangeError('snappy length is malformed');
    size += (byte & 0x7f) * factor;
    if (byte < 0x80) break;
  }
  // One byte of input makes at most 64 of output, so a short input cannot ask for a large buffer.
  if (size > maxBytes || size > packed.length * 64) throw new RangeError('snappy block is too large');
  const out = Buffer.allocUnsafe(size);
  let to = 0;
  while (at < packed.length) {
    const tag = packed[at++]!;
    if ((tag & 3) === 0) {
      let length = tag >> 2;
      if (length >= 60) {
        const bytes = length - 59;
        length = packed.readUIntLE(at, bytes);
        at += bytes;
      }
      length += 1;
      if (length > packed.length - at || length > size - to)
        throw new RangeError('snappy literal is cut off');
      packed.copy(out, to, at, at + length);
      at += length;
      to += length;
      continue;
    }
    const length = (tag & 3) === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    let back: number;
    if ((tag & 3) === 1) back = ((tag >> 5) << 8) | packed.readUInt8(at);
    else back = (tag & 3) === 2 ? packed.readUInt16LE(at) : packed.readUInt32LE(at);
    at += (tag & 3) === 3 ? 4 : tag & 3;
    if (back === 0 || back > to || length > size - to) throw new RangeError('snappy copy is out of range');
    // Byte by byte: a copy may overlap what it writes.
    for (const end = to + length; to < end; to++) out[to] = out[to - back]!;
  }
  if (to !== size) throw new RangeError('snappy block is cut off');
  return out;
}
