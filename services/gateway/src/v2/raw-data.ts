import { isUtf8 } from 'node:buffer';
import { type Datatype, ELEMENT_BYTES, type Element, type Tensor } from './datatypes.ts';
import { halfToNumber } from './half.ts';
import { elementsOf, invalid, type TensorHead } from './shape.ts';

const LENGTH_BYTES = 4;

/**
 * The elements of a tensor whose data is bytes: little-endian, row-major, without padding; each of
 * BYTES after its length, a uint32.
 *
 * @throws DriftloopError REQUEST_INVALID where the bytes are more or fewer than the shape says, or
 *   BYTES is not UTF-8
 */
export function elementsOfBytes(head: TensorHead, bytes: Buffer): ArrayLike<Element> {
  const { name, datatype, shape } = head;
  const count = elementsOf(shape);
  if (datatype === 'BYTES') return textsOf(head, bytes, count);
  const size = ELEMENT_BYTES[datatype];
  if (bytes.length !== count * size)
    throw invalid(
      name,
      `has ${bytes.length} bytes; ${datatype} of shape [${shape.join(', ')}] has ${count * size}`,
    );
  const read = READ[datatype];
  return Array.from({ length: count }, (_, index) => read(bytes, index * size));
}

/** A tensor's elements as bytes, as `elementsOfBytes` reads them. */
export function bytesOfElements({ datatype, data }: Tensor): Buffer {
  if (datatype === 'BYTES')
    return Buffer.concat(
      Array.from(data, (element) => {
        const text = Buffer.from(String(element));
        const length = Buffer.alloc(LENGTH_BYTES);
        length.writeUInt32LE(text.length);
        return Buffer.concat([length, text]);
      }),
    );
  const size = ELEMENT_BYTES[datatype];
  const bytes = Buffer.alloc(data.length * size);
  const write = WRITE[datatype];
  for (let index = 0; index < data.length; index++) write?.(bytes, data[index] as Element, index * size);
  return bytes;
}

const READ: Readonly<Record<Exclude<Datatype, 'BYTES'>, (bytes: Buffer, at: number) => Element>> = {
  BOOL: (bytes, at) => bytes.readUInt8(at) !== 0,
  UINT8: (bytes, at) => bytes.readUInt8(at),
  UINT16: (bytes, at) => bytes.readUInt16LE(at),
  UINT32: (bytes, at) => bytes.readUInt32LE(at),
  UINT64: (bytes, at) => bytes.readBigUInt64LE(at),
  INT8: (bytes, at) => bytes.readInt8(at),
  INT16: (bytes, at) => bytes.readInt16LE(at),
  INT32: (bytes, at) => bytes.readInt32LE(at),
  INT64: (bytes, at) => bytes.readBigInt64LE(at),
  FP16: (bytes, at) => halfToNumber(bytes.readUInt16LE(at)),
  FP32: (bytes, at) => bytes.readFloatLE(at),
  FP64: (bytes, at) => bytes.readDoubleLE(at),
};

/** What answers are made of. */
const WRITE: Readonly<Partial<Record<Datatype, (bytes: Buffer, value: Element, at: number) => void>>> = {
  FP32: (bytes, value, at) => void bytes.writeFloatLE(Number(value), at),
  INT64: (bytes, value, at) => void bytes.writeBigInt64LE(BigInt(value as number), at),
};

function textsOf({ name, shape }: TensorHead, bytes: Buffer, count: number): string[] {
  const texts: string[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    const from = at + LENGTH_BYTES;
    const to = from <= bytes.length ? from + bytes.readUInt32LE(at) : from;
    if (to > bytes.length)
      throw invalid(
        name,
        `ends within element ${index} of the ${count} that its shape [${shape.join(', ')}] has`,
      );
    const text = bytes.subarray(from, to);
    if (!isUtf8(text))
      throw invalid(name, `has bytes at ${index} that are not UTF-8: names of categories are text`);
    texts.push(text.toString());
    at = to;
  }
  if (at !== bytes.length) throw invalid(name, `has ${bytes.length - at} bytes after its last element`);
  return texts;
}
