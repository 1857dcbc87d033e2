/** Bytes of one element of each datatype of the protocol that is taken; 0 where they differ. */
export const ELEMENT_BYTES = {
  BOOL: 1,
  UINT8: 1,
  UINT16: 2,
  UINT32: 4,
  UINT64: 8,
  INT8: 1,
  INT16: 2,
  INT32: 4,
  INT64: 8,
  FP16: 2,
  FP32: 4,
  FP64: 8,
  BYTES: 0,
} as const;

/** A datatype of the Open Inference Protocol. */
export type Datatype = keyof typeof ELEMENT_BYTES;

/**
 * One element of a tensor; null is a missing value, which only JSON can say of other than floats.
 */
export type Element = number | bigint | string | boolean | null;

/** A tensor of a call, its elements in row-major order. */
export interface Tensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly data: ArrayLike<Element>;
}

/** Whether a text is one of the datatypes. */
export function isDatatype(text: string): text is Datatype {
  return Object.hasOwn(ELEMENT_BYTES, text);
}

/** Smallest and largest value of a datatype of whole numbers; undefined for the others. */
export function rangeOf(datatype: Datatype): readonly [bigint, bigint] | undefined {
  const [, sign, bits] = /^(U?)INT(\d+)$/.exec(datatype) ?? [];
  if (bits === undefined) return undefined;
  const width = BigInt(bits);
  return sign === 'U' ? [0n, 2n ** width - 1n] : [-(2n ** (width - 1n)), 2n ** (width - 1n) - 1n];
}
