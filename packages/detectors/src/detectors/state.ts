import { DriftloopError } from '@driftloop/errors';
import type { SavedNumber } from './detector.ts';

/** A number as JSON can hold it: JSON has no NaN and no infinity. */
export function saved(x: number): SavedNumber {
  return Number.isFinite(x) ? x : String(x);
}

/** The first `length` numbers of an array as JSON can hold them. */
export function savedArray(values: Float64Array | Int32Array, length = values.length): SavedNumber[] {
  return Array.from(values.subarray(0, length), saved);
}

/** Reads the fields of a saved state one by one and says which one is wrong. */
export class StateReader {
  readonly #detector: string;
  readonly #fields: ReadonlyMap<string, unknown>;

  /** @throws DATA_INVALID if the value is no state of this detector. */
  constructor(value: unknown, detector: string) {
    this.#detector = detector;
    if (typeof value !== 'object' || value === null) throw this.#error('is no object');
    this.#fields = new Map(Object.entries(value));
    if (this.#fields.get('detector') !== detector) {
      throw this.#error(`belongs to the detector ${String(this.#fields.get('detector'))}`);
    }
  }

  number(field: string): number {
    return this.#toNumber(this.#fields.get(field), field);
  }

  boolean(field: string): boolean {
    const value = this.#fields.get(field);
    if (typeof value !== 'boolean') throw this.#error(`has no boolean ${field}`);
    return value;
  }

  /**
   * Copies an array of numbers into `target`; what lies beyond it is left alone. Returns how many
   * there were.
   */
  into(field: string, target: Float64Array | Int32Array): number {
    const value = this.#fields.get(field);
    if (!Array.isArray(value) || value.length > target.length) {
      throw this.#error(`has no array ${field} of at most ${target.length} numbers`);
    }
    for (let i = 0; i < value.length; i++) target[i] = this.#toNumber(value[i], field);
    return value.length;
  }

  #toNumber(value: unknown, field: string): number {
    if (typeof value === 'number') return value;
    if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
    throw this.#error(`has no number ${field}`);
  }

  #error(what: string): DriftloopError {
    return new DriftloopError(
      'DATA_INVALID',
      `The saved state of detector ${this.#detector} ${what}; start it afresh or restore what it saved itself.`,
    );
  }
}
