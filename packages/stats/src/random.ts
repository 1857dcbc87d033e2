import { DriftloopError } from '@driftloop/errors';

/**
 * A seeded source of random numbers. The same seed gives the same numbers on every machine, so
 * whatever is computed from it can be replayed.
 */
export interface Random {
  /** The next 32 bits, an integer in [0, 2^32). */
  uint32(): number;
  /** Uniform on [0, 1) with 53 random bits. */
  uniform(): number;
  /** Uniform on the integers [0, below). `below` is an integer in [1, 2^32]. No modulo bias. */
  integer(below: number): number;
  /** Standard normal (Marsaglia's polar method). */
  normal(): number;
  /** Puts the items into a uniformly random order, in place (Fisher–Yates). */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T;
  /** An independent generator, named so that adding another one elsewhere does not change it. */
  fork(name: string): Random;
  /**
   * Everything the next numbers depend on, as JSON: four 32-bit words and the spare normal, if
   * there is one.
   */
  save(): RandomState;
}

/** What {@link Random.save} returns and {@link restoreRandom} takes. */
export interface RandomState {
  readonly words: readonly number[];
  readonly spare: number | null;
}

/**
 * Creates a generator: xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators", ACM TOMS 47, 2021), seeded by SplitMix64. Not for secrets.
 *
 * @param seed A safe integer or any string.
 * @throws DATA_INVALID if the seed is a number but not a safe integer.
 */
export function createRandom(seed: number | string): Random {
  const words = new Int32Array(4);
  let state = seedBits(seed);
  for (let i = 0; i < 4; i += 2) {
    state = (state + 0x9e3779b97f4a7c15n) & MASK;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
    z ^= z >> 31n;
    words[i] = Number(z & 0xffffffffn) | 0;
    words[i + 1] = Number(z >> 32n) | 0;
  }
  return new Xoshiro128(words, null);
}

/**
 * A generator that goes on where the saved one stood.
 *
 * @throws DATA_INVALID if the state is not one that {@link Random.save} returned.
 */
export function restoreRandom(state: RandomState): Random {
  const { words, spare } = state;
  if (
    words.length !== 4 ||
    !words.every((word) => Number.isInteger(word)) ||
    words.every((word) => word === 0)
  ) {
    throw new DriftloopError(
      'DATA_INVALID',
      'The state of a random generator must be four 32-bit words that are not all zero.',
    );
  }
  return new Xoshiro128(Int32Array.from(words), spare);
}

const MASK = 0xffffffffffffffffn;

/** A number is its own 64 bits; a string is hashed by FNV-1a over its UTF-16 units. */
function seedBits(seed: number | string): bigint {
  if (typeof seed === 'number') {
    if (!Number.isSafeInteger(seed)) {
      throw new DriftloopError('DATA_INVALID', `A seed must be a safe integer or a string, not ${seed}.`);
    }
    return BigInt.asUintN(64, BigInt(seed));
  }
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < seed.length; i++) {
    hash = ((hash ^ BigInt(seed.charCodeAt(i))) * 0x100000001b3n) & MASK;
  }
  return hash;
}

class Xoshiro128 implements Random {
  // Four fields instead of an array: they stay in registers.
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spare: number | null;

  constructor(words: Int32Array, spare: number | null) {
    this.#a = words[0] ?? 0;
    this.#b = words[1] ?? 0;
    this.#c = words[2] ?? 0;
    this.#d = words[3] ?? 0;
    this.#spare = spare;
  }

  uint32(): number {
    const b = this.#b;
    const times5 = Math.imul(b, 5);
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9);
    const c = this.#c ^ this.#a;
    const d = this.#d ^ b;
    this.#b = b ^ c;
    this.#a ^= d;
    this.#c = c ^ (b << 9);
    this.#d = (d << 11) | (d >>> 21);
    return result >>> 0;
  }

  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  integer(below: number): number {
    if (!(below >= 1 && below <= 4294967296)) {
      throw new DriftloopError('DATA_INVALID', `A random integer needs a bound in [1, 2^32], not ${below}.`);
    }
    // Values at or above the largest multiple of `below` would favour small results; draw again.
    const limit = 4294967296 - (4294967296 % below);
    let value = this.uint32();
    while (value >= limit) value = this.uint32();
    return value % below;
  }

  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const square = u * u + v * v;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spare = v * scale;
      return u * scale;
    }
  }

  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = items[i];
      items[i] = items[j];
      items[j] = kept;
    }
    return items;
  }

  fork(name: string): Random {
    return createRandom(`${name}:${this.#a}:${this.#b}:${this.#c}:${this.#d}`);
  }

  save(): RandomState {
    return { words: [this.#a, this.#b, this.#c, this.#d], spare: this.#spare };
  }
}
