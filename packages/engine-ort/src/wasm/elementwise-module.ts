import type { ElementwiseOperation, ElementwiseProgram } from '@driftloop/autodiff';
import { CODE, encodeModule, type FunctionSource, get, loop, set, TYPE } from '@driftloop/wasm';
import { FOUR, type Lanes, ONE } from './lanes.ts';

/**
 * Values of smaller magnitude are written as zero: far above denormal numbers, so that one more
 * product does not reach them.
 */
const TINY = 2 ** -100;

/**
 * The program as a WebAssembly module. Its function `run` is given the length in bytes, the address
 * of each array and each scalar, and returns the sum. It goes over the arrays four elements at a
 * time with SIMD instructions and one at a time at the end.
 *
 * @param shared whether the memory that it works on is one that threads share
 */
export function elementwiseModule(program: ElementwiseProgram, shared = false): Uint8Array {
  return encodeModule(elementwiseFunction(program), shared);
}

function elementwiseFunction(program: ElementwiseProgram): FunctionSource {
  const { arrays, scalars, sum } = program;
  const parameters = [TYPE.i32, ...arrays.map(() => TYPE.i32), ...scalars.map(() => TYPE.f32)];
  const locals: number[] = [];
  const local = (type: number) => parameters.length + locals.push(type) - 1;
  const length = 0;
  const offset = local(TYPE.i32);
  const vectorEnd = local(TYPE.i32);
  const total = local(TYPE.f64);
  const totals = local(TYPE.v128);
  const pass: PassLocals = { program, offset, local };
  const [four, one] = [lanesPass(FOUR, pass), lanesPass(ONE, pass)];
  const body = [
    ...[...get(length), ...CODE.i32_const, 0x70, ...CODE.i32_and, ...set(vectorEnd)],
    ...four.prepare,
    ...loop(vectorEnd, offset, FOUR.bytes, [
      ...four.body,
      ...(sum === undefined ? [] : addFour(totals, four.value(sum))),
    ]),
    ...one.prepare,
    ...loop(length, offset, ONE.bytes, [
      ...one.body,
      ...(sum === undefined
        ? []
        : [...get(total), ...one.value(sum), ...CODE.f64_promote_f32, ...CODE.f64_add, ...set(total)]),
    ]),
    ...[...get(total), ...lane(totals, 0), ...CODE.f64_add, ...lane(totals, 1), ...CODE.f64_add],
  ];
  return { parameters, results: [TYPE.f64], locals, body };
}

interface PassLocals {
  readonly program: ElementwiseProgram;
  readonly offset: number;
  local(type: number): number;
}

/** The program in one kind of lanes: what is done once, and what is done at each offset. */
function lanesPass(lanes: Lanes, { program, offset, local }: PassLocals) {
  const results = program.operations.map(() => local(lanes.type));
  const limit = local(lanes.type);
  const value = (operation: number) => get(results[operation] ?? Number.NaN);
  const address = (array: string) => [
    ...get(1 + program.arrays.indexOf(array)),
    ...get(offset),
    ...CODE.i32_add,
  ];
  const prepare = [...lanes.constant(TINY), ...set(limit)];
  const body: number[] = [];
  program.operations.forEach((operation, at) => {
    const isOnce = operation.operator === 'constant' || operation.operator === 'scalar';
    (isOnce ? prepare : body).push(...instructions(operation), ...set(results[at] ?? Number.NaN));
  });
  for (const [array, operation] of Object.entries(program.writes)) {
    body.push(...address(array), ...lanes.flush(value(operation), get(limit)), ...lanes.store);
  }
  return { prepare, body, value };

  function instructions(operation: ElementwiseOperation): readonly number[] {
    switch (operation.operator) {
      case 'array':
        return [...address(operation.name), ...lanes.load];
      case 'scalar':
        return [...get(1 + program.arrays.length + program.scalars.indexOf(operation.name)), ...lanes.spread];
      case 'constant':
        return lanes.constant(operation.value);
      case 'squareRoot':
        return [...value(operation.a), ...lanes.squareRoot];
      default:
        return [...value(operation.a), ...value(operation.b), ...lanes[operation.operator]];
    }
  }
}

/** Adds four float32 to two sums in double precision. */
function addFour(totals: number, four: readonly number[]): number[] {
  const upperHalf = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];
  return [
    ...get(totals),
    ...[...four, ...CODE.f64x2_promote_low_f32x4, ...CODE.f64x2_add],
    ...[
      ...four,
      ...four,
      ...CODE.i8x16_shuffle,
      ...upperHalf,
      ...CODE.f64x2_promote_low_f32x4,
      ...CODE.f64x2_add,
    ],
    ...set(totals),
  ];
}

function lane(totals: number, index: number): number[] {
  return [...get(totals), ...CODE.f64x2_extract_lane, index];
}
