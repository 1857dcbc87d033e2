import { CODE, unsigned } from './module.ts';

/** The value of a local, on the stack. */
export function get(local: number): number[] {
  return [...CODE.local_get, ...unsigned(local)];
}

/** Into a local, from the stack. */
export function set(local: number): number[] {
  return [...CODE.local_set, ...unsigned(local)];
}

/**
 * Repeats `body` while `offset` is below `end`, which it is a whole number of steps away from.
 *
 * @param step below 64
 */
export function loop(end: number, offset: number, step: number, body: readonly number[]): number[] {
  return [
    ...CODE.block,
    ...CODE.loop,
    ...[...get(offset), ...get(end), ...CODE.i32_ge_u, ...CODE.br_if, 1],
    ...body,
    ...[...get(offset), ...CODE.i32_const, step, ...CODE.i32_add, ...set(offset)],
    ...[...CODE.br, 0],
    ...[...CODE.end, ...CODE.end],
  ];
}
