import { DriftloopError } from '@driftloop/errors';
import { type Datatype, isDatatype } from './datatypes.ts';

/** Name, datatype and shape of a tensor, before its elements are read. */
export interface TensorHead {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}

/** More elements than a call that is not refused for its size can hold. */
const MOST_ELEMENTS = 2 ** 31;

/**
 * Checks what a caller says of a tensor.
 *
 * @throws DriftloopError REQUEST_INVALID for a datatype that is not known, or a shape that is none
 */
export function headOf(name: string, datatype: string, shape: readonly number[]): TensorHead {
  if (!isDatatype(datatype))
    throw invalid(
      name,
      `has datatype '${datatype}'; taken are BOOL, INT8 to INT64, UINT8 to UINT64, FP16, FP32, FP64 and BYTES`,
    );
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0) || elementsOf(shape) > MOST_ELEMENTS)
    throw invalid(name, `has shape [${shape.join(', ')}], which is none`);
  return { name, datatype, shape };
}

/** How many elements a tensor of a shape has. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * What is told of a tensor that cannot be taken.
 * @param what the rest of a sentence that begins with it
 */
export function invalid(name: string, what: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', `Input '${name}' ${what}.`);
}
