import { CODE, float32Bytes, TYPE } from '@driftloop/wasm';

/**
 * How float32 arithmetic is done on four elements at once, or on one. Both round alike, so that a
 * result does not depend on its place.
 */
export interface Lanes {
  readonly type: number;
  /** Bytes of an element group. */
  readonly bytes: number;
  readonly load: readonly number[];
  readonly store: readonly number[];
  readonly add: readonly number[];
  readonly subtract: readonly number[];
  readonly multiply: readonly number[];
  readonly divide: readonly number[];
  readonly squareRoot: readonly number[];
  constant(value: number): readonly number[];
  /** From a float32 on the stack. */
  readonly spread: readonly number[];
  /** The value, or zero where its magnitude is below `limit`. NaN is not below. */
  flush(value: readonly number[], limit: readonly number[]): readonly number[];
}

/** Alignment as a hint (2² bytes) and offset 0: arrays are aligned to more, tails are not. */
const ADDRESS = [2, 0];

export const FOUR: Lanes = {
  type: TYPE.v128,
  bytes: 16,
  load: [...CODE.v128_load, ...ADDRESS],
  store: [...CODE.v128_store, ...ADDRESS],
  add: CODE.f32x4_add,
  subtract: CODE.f32x4_sub,
  multiply: CODE.f32x4_mul,
  divide: CODE.f32x4_div,
  squareRoot: CODE.f32x4_sqrt,
  constant: (value) => [...CODE.f32_const, ...float32Bytes(value), ...CODE.f32x4_splat],
  spread: CODE.f32x4_splat,
  flush: (value, limit) => [
    ...value,
    ...value,
    ...CODE.f32x4_abs,
    ...limit,
    ...CODE.f32x4_lt,
    ...CODE.v128_andnot,
  ],
};

export const ONE: Lanes = {
  type: TYPE.f32,
  bytes: 4,
  load: [...CODE.f32_load, ...ADDRESS],
  store: [...CODE.f32_store, ...ADDRESS],
  add: CODE.f32_add,
  subtract: CODE.f32_sub,
  multiply: CODE.f32_mul,
  divide: CODE.f32_div,
  squareRoot: CODE.f32_sqrt,
  constant: (value) => [...CODE.f32_const, ...float32Bytes(value)],
  spread: [],
  flush: (value, limit) => [
    ...[...CODE.f32_const, ...float32Bytes(0)],
    ...value,
    ...[...value, ...CODE.f32_abs],
    ...limit,
    ...CODE.f32_lt,
    ...CODE.select,
  ],
};
