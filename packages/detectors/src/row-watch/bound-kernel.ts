import { CODE, encodeModule, float32Bytes, get, loop, set, TYPE } from '@driftloop/wasm';

/**
 * What a row does to the cell that it comes to, field by field, four bytes each: three addresses
 * (integers, like `touched` and `seen`), then what is the same for every change point. Counts are
 * those since the base.
 */
export const STEP = {
  /** Of each change point the rows of the outcome that came after it. */
  outcome: 0,
  /** The same of all rows of the cell; E and the factor come after them. */
  total: 1,
  /** The table's products. */
  product: 2,
  /** The check before which a row had last come to the cell. */
  touched: 3,
  /** The same of a row with the outcome. */
  seen: 4,
  /** What E is multiplied by, whatever came after. */
  gain: 5,
  /** Rows of the cell before this one. */
  rows: 6,
  /** Of two outcomes, rows of the rarer one before and after this one; else 0. */
  fewerBefore: 7,
  fewerAfter: 8,
  /** What the prior adds to the rows of the cell. */
  prior: 9,
  /** 1 / outcomes that were known, where this one is new; else 0. */
  fresh: 10,
  /** Chance that a change shows in the cell. */
  spread: 11,
  /** The second outcome rose where own · (outcome's rows after) > other · (the other's). */
  own: 12,
  other: 13,
} as const;

/** Fields of a step. */
export const STEP_FIELDS = 14;

/** Smaller ones are held here: a bound stays a bound, and none gets stuck at 0. */
const LEAST = 1e-30;

/** Parameters. */
const [STEP_AT, END, BORN, STRIDE, BYTES] = [0, 1, 2, 3, 4] as const;
/** Locals: addresses, the fields of a step in four lanes each, then what is worked out. */
const [AT, OUTCOME, TOTAL, EVIDENCE, FACTOR, PRODUCT] = [5, 6, 7, 8, 9, 10] as const;
const FIRST_FIELD = 11;
const [ONE, REST, IS_FRESH, AFTER, ROWS, LATER, BEFORE, E, F] = [22, 23, 24, 25, 26, 27, 28, 29, 30] as const;
const ADDRESSES = 6;
const LANES = 20;
/** Alignment as a hint (2² bytes). */
const ALIGNED = 2;

/**
 * A module whose `run(step, end, born, stride, bytes)` takes the steps that lie in memory from
 * `step` up to `end`, each for `bytes / 4` change points, four at a time. What is held of one cell
 * lies `stride` bytes apart.
 *
 * With one more row of an outcome, E of a cell (see SplitEvidence) becomes E · gain · (the
 * outcome's rows after the change + 1) / (all rows after it + prior), times the possible numbers
 * before by those now; for an outcome that is new, times known / (all rows after it + known). The
 * cell's factor is 1 − s + s·E, and the table's product takes the ratio of the new to the old one.
 *
 * `born` has the check of each change point: where it is not before the last row of a cell, or of
 * an outcome in it, none has come since.
 *
 * @param rise whether factors count only where the second outcome rose
 */
export function boundModule(rise: boolean): Uint8Array {
  return encodeModule({
    parameters: Array.from({ length: 5 }, () => TYPE.i32),
    results: [],
    locals: Array.from({ length: ADDRESSES + LANES }, (_, i) => (i < ADDRESSES ? TYPE.i32 : TYPE.v128)),
    body: [
      ...[...number(1), ...set(ONE)],
      ...loop(END, STEP_AT, 4 * STEP_FIELDS, [
        ...readStep(),
        ...[...CODE.i32_const, 0, ...set(AT)],
        ...loop(BYTES, AT, 16, takeRow(rise)),
      ]),
    ],
  });
}

/**
 * A module whose `run(shares, end, values, means, bytes)` writes Σ share · value of `bytes / 4`
 * columns to `means`, four at a time. Shares lie from `shares` up to `end`.
 */
export function averageModule(): Uint8Array {
  const [SHARES, SHARES_END, VALUES, MEANS, WIDTH] = [0, 1, 2, 3, 4] as const;
  const [COLUMN, SHARE, VALUE, SUM] = [5, 6, 7, 8] as const;
  return encodeModule({
    parameters: Array.from({ length: 5 }, () => TYPE.i32),
    results: [],
    locals: [TYPE.i32, TYPE.i32, TYPE.i32, TYPE.v128],
    body: loop(WIDTH, COLUMN, 16, [
      ...[...number(0), ...set(SUM)],
      ...[...get(VALUES), ...get(COLUMN), ...CODE.i32_add, ...set(VALUE)],
      ...[...get(SHARES), ...set(SHARE)],
      ...loop(SHARES_END, SHARE, 4, [
        ...plus(
          get(SUM),
          times(
            [...get(SHARE), ...CODE.v128_load32_splat, ALIGNED, 0],
            [...get(VALUE), ...CODE.v128_load, ALIGNED, 0],
          ),
        ),
        ...set(SUM),
        ...[...get(VALUE), ...get(WIDTH), ...CODE.i32_add, ...set(VALUE)],
      ]),
      ...[...get(MEANS), ...get(COLUMN), ...CODE.i32_add],
      ...[...get(SUM), ...CODE.v128_store, ALIGNED, 0],
    ]),
  });
}

function readStep(): number[] {
  const next = (address: number) => [...get(address), ...get(STRIDE), ...CODE.i32_add];
  const address = (name: 'outcome' | 'total' | 'product') => [
    ...[...get(STEP_AT), ...CODE.i32_load, ALIGNED, 4 * STEP[name]],
  ];
  return [
    ...[...address('outcome'), ...set(OUTCOME)],
    ...[...address('total'), ...set(TOTAL)],
    ...[...next(TOTAL), ...set(EVIDENCE)],
    ...[...next(EVIDENCE), ...set(FACTOR)],
    ...[...address('product'), ...set(PRODUCT)],
    ...Array.from({ length: STEP_FIELDS - STEP.touched }, (_, i) => [
      ...[...get(STEP_AT), ...CODE.v128_load32_splat, ALIGNED, 4 * (STEP.touched + i)],
      ...set(FIRST_FIELD + i),
    ]).flat(),
    ...[...minus(get(ONE), field('spread')), ...set(REST)],
  ];
}

/** One row more, for four change points. */
function takeRow(rise: boolean): number[] {
  const possible = (fewer: number[], rows: number) =>
    plus(lesser(fewer, lesser(get(rows), get(BEFORE))), get(ONE));
  const gained = times(times(times(get(E), field('gain')), possible(field('fewerBefore'), ROWS)), get(AFTER));
  const lost = times(
    times(plus(get(ROWS), field('prior')), possible(field('fewerAfter'), LATER)),
    plus(times(get(ROWS), field('fresh')), get(ONE)),
  );
  const factor = plus(get(REST), times(field('spread'), get(E)));
  const [own, other] = [get(AFTER), minus(get(LATER), get(AFTER))];
  const hasRisen = [...times(own, field('own')), ...times(other, field('other')), ...CODE.f32x4_gt];
  return [
    ...[...plus(without(held(OUTCOME), isBornSince('seen')), get(ONE)), ...set(AFTER)],
    ...[...isBornSince('touched'), ...set(IS_FRESH)],
    ...[...without(held(TOTAL), get(IS_FRESH)), ...set(ROWS)],
    ...[...plus(get(ROWS), get(ONE)), ...set(LATER)],
    ...[...minus(field('rows'), get(ROWS)), ...set(BEFORE)],
    ...[...choose(get(ONE), held(EVIDENCE), get(IS_FRESH)), ...set(E)],
    ...[...greater(over(gained, lost), number(LEAST)), ...set(E)],
    ...[...(rise ? choose(factor, get(ONE), hasRisen) : factor), ...set(F)],
    ...hold(
      PRODUCT,
      greater(
        times(held(PRODUCT), over(get(F), choose(get(ONE), held(FACTOR), get(IS_FRESH)))),
        number(LEAST),
      ),
    ),
    ...hold(OUTCOME, get(AFTER)),
    ...hold(TOTAL, get(LATER)),
    ...hold(EVIDENCE, get(E)),
    ...hold(FACTOR, get(F)),
  ];
}

function field(name: keyof typeof STEP): number[] {
  return get(FIRST_FIELD + STEP[name] - STEP.touched);
}

function held(address: number): number[] {
  return [...get(address), ...get(AT), ...CODE.i32_add, ...CODE.v128_load, ALIGNED, 0];
}

function hold(address: number, value: readonly number[]): number[] {
  return [...get(address), ...get(AT), ...CODE.i32_add, ...value, ...CODE.v128_store, ALIGNED, 0];
}

function isBornSince(name: 'touched' | 'seen'): number[] {
  return [...held(BORN), ...field(name), ...CODE.i32x4_ge_s];
}

/** Zero there. */
function without(value: readonly number[], there: readonly number[]): number[] {
  return [...value, ...there, ...CODE.v128_andnot];
}

function choose(a: readonly number[], b: readonly number[], whereA: readonly number[]): number[] {
  return [...a, ...b, ...whereA, ...CODE.v128_bitselect];
}

function number(value: number): number[] {
  return [...CODE.f32_const, ...float32Bytes(value), ...CODE.f32x4_splat];
}

type Operation = (a: readonly number[], b: readonly number[]) => number[];
const plus: Operation = (a, b) => [...a, ...b, ...CODE.f32x4_add];
const minus: Operation = (a, b) => [...a, ...b, ...CODE.f32x4_sub];
const times: Operation = (a, b) => [...a, ...b, ...CODE.f32x4_mul];
const over: Operation = (a, b) => [...a, ...b, ...CODE.f32x4_div];
const lesser: Operation = (a, b) => [...a, ...b, ...CODE.f32x4_pmin];
/** The larger one; NaN where `a` is. */
const greater: Operation = (a, b) => [...a, ...b, ...CODE.f32x4_pmax];
