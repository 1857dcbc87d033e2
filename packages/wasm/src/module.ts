/**
 * WebAssembly's binary format, as far as a module with one function over an imported memory needs
 * it (WebAssembly Core Specification 2.0, chapter 5).
 */

/** Value types by their code. */
export const TYPE = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

/** Instructions without the operands that follow them. */
export const CODE = {
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  end: [0x0b],
  br: [0x0c],
  br_if: [0x0d],
  select: [0x1b],
  local_get: [0x20],
  local_set: [0x21],
  f32_load: [0x2a],
  f32_store: [0x38],
  i32_load: [0x28],
  i32_const: [0x41],
  f32_const: [0x43],
  i32_ge_u: [0x4f],
  f32_lt: [0x5d],
  i32_add: [0x6a],
  i32_and: [0x71],
  f32_abs: [0x8b],
  f32_sqrt: [0x91],
  f32_add: [0x92],
  f32_sub: [0x93],
  f32_mul: [0x94],
  f32_div: [0x95],
  f64_add: [0xa0],
  f64_promote_f32: [0xbb],
  v128_load: [0xfd, 0x00],
  v128_load32_splat: [0xfd, 0x09],
  v128_store: [0xfd, 0x0b],
  i8x16_shuffle: [0xfd, 0x0d],
  f32x4_splat: [0xfd, 0x13],
  f64x2_extract_lane: [0xfd, 0x21],
  i32x4_ge_s: [0xfd, 0x3f],
  f32x4_lt: [0xfd, 0x43],
  f32x4_gt: [0xfd, 0x44],
  v128_andnot: [0xfd, 0x4f],
  v128_bitselect: [0xfd, 0x52],
  f64x2_promote_low_f32x4: [0xfd, 0x5f],
  f32x4_abs: [0xfd, 0xe0, 0x01],
  f32x4_sqrt: [0xfd, 0xe3, 0x01],
  f32x4_add: [0xfd, 0xe4, 0x01],
  f32x4_sub: [0xfd, 0xe5, 0x01],
  f32x4_mul: [0xfd, 0xe6, 0x01],
  f32x4_div: [0xfd, 0xe7, 0x01],
  f32x4_pmin: [0xfd, 0xea, 0x01],
  f32x4_pmax: [0xfd, 0xeb, 0x01],
  f64x2_add: [0xfd, 0xf0, 0x01],
} as const satisfies Readonly<Record<string, readonly number[]>>;

/** A function's shape and what it does. Locals are numbered after the parameters. */
export interface FunctionSource {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
  readonly locals: readonly number[];
  /** Instructions without the closing `end`. */
  readonly body: readonly number[];
}

/** Pages that a 32-bit address reaches: 4 GiB. */
export const MAX_PAGES = 65_536;

/**
 * A module that imports the memory `env.memory` and exports the function as `run`.
 *
 * @param shared whether the memory is one that threads share; such a one declares its maximum
 */
export function encodeModule(
  { parameters, results, locals, body }: FunctionSource,
  shared = false,
): Uint8Array {
  const limits = shared ? [0x03, 0x00, ...unsigned(MAX_PAGES)] : [0x00, 0x00];
  const code = [...vector(locals.map((type) => [1, type])), ...body, ...CODE.end];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [[0x60, ...bytes(parameters), ...bytes(results)]]),
    ...section(2, [[...name('env'), ...name('memory'), 0x02, ...limits]]),
    ...section(3, [[0x00]]),
    ...section(7, [[...name('run'), 0x00, 0x00]]),
    ...section(10, [bytes(code)]),
  ]);
}

/** An unsigned integer in LEB128. */
export function unsigned(value: number): number[] {
  const low = value % 128;
  return value < 128 ? [low] : [low + 128, ...unsigned((value - low) / 128)];
}

/** The bytes of a float32. */
export function float32Bytes(value: number): number[] {
  return [...new Uint8Array(Float32Array.of(value).buffer)];
}

function section(id: number, entries: readonly (readonly number[])[]): number[] {
  return [id, ...bytes(vector(entries))];
}

function vector(entries: readonly (readonly number[])[]): number[] {
  return [...unsigned(entries.length), ...entries.flat()];
}

/** Bytes after their count. */
function bytes(content: readonly number[]): number[] {
  return [...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return bytes([...new TextEncoder().encode(text)]);
}
