import { isUtf8 } from 'node:buffer';
import type { Datatype, Element, Tensor } from '../v2/datatypes.ts';
import { elementsOf, invalid, type TensorHead } from '../v2/shape.ts';
import type { InferTensorContents } from './messages.ts';

/** Where the elements of a datatype are; FP16 comes as raw bytes only. */
const FIELDS: Readonly<Record<Exclude<Datatype, 'FP16'>, keyof InferTensorContents>> = {
  BOOL: 'bool_contents',
  INT8: 'int_contents',
  INT16: 'int_contents',
  INT32: 'int_contents',
  INT64: 'int64_contents',
  UINT8: 'uint_contents',
  UINT16: 'uint_contents',
  UINT32: 'uint_contents',
  UINT64: 'uint64_contents',
  FP32: 'fp32_contents',
  FP64: 'fp64_contents',
  BYTES: 'bytes_contents',
};

/**
 * The elements of a tensor that are not raw.
 *
 * @throws DriftloopError REQUEST_INVALID where they are not in the field of the datatype, or more
 *   or fewer than the shape says
 */
export function elementsOfContents(head: TensorHead, contents: InferTensorContents): Element[] {
  const { name, datatype, shape } = head;
  if (datatype === 'FP16') throw invalid(name, 'is FP16, which is sent in raw_input_contents');
  const field = FIELDS[datatype];
  const elements = contents[field] ?? [];
  const count = elementsOf(shape);
  if (elements.length !== count)
    throw invalid(
      name,
      `has ${elements.length} elements in ${field}; its shape [${shape.join(', ')}] has ${count}`,
    );
  switch (datatype) {
    case 'BYTES':
      return elements.map((bytes, index) => textOf(name, bytes as Buffer, index));
    case 'INT64':
    case 'UINT64':
      return elements.map((digits) => BigInt(digits as string));
    default:
      return [...(elements as readonly (number | boolean)[])];
  }
}

/** The elements of an answer's tensor as `elementsOfContents` reads them. */
export function contentsOf({ datatype, data }: Tensor): InferTensorContents {
  const elements = Array.from(data);
  switch (datatype) {
    case 'BYTES':
      return { bytes_contents: elements.map((text) => Buffer.from(String(text))) };
    case 'INT64':
      return { int64_contents: elements.map(String) };
    default:
      return { fp32_contents: elements.map(Number) };
  }
}

function textOf(name: string, bytes: Buffer, index: number): string {
  if (!isUtf8(bytes))
    throw invalid(name, `has bytes at ${index} that are not UTF-8: names of categories are text`);
  return bytes.toString();
}
