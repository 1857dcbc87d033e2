/** A source of random numbers that is wholly determined by its seed. */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform integer in [0, bound). */
  integer(bound: number): number;
  /** Standard normal. */
  normal(): number;
  /** Puts the first `length` elements in random order, in place (Fisher–Yates). */
  shuffle(values: Uint32Array | Int32Array, length?: number): void;
}

/**
 * Creates a generator (sfc32, C. Doty-Humphrey's PractRand; seeded through splitmix32). The same seeds give the same numbers on every
 * machine: nothing here depends on the platform, so that a training run can be repeated from its manifest.
 *
 * @param seeds Integers; several name a stream, for example (run seed, purpose).
 */
export function createRandom(...seeds: readonly number[]): Random {
  const mix = splitmix32(seeds);
  let a = mix();
  let b = mix();
  let c = mix();
  let counter = 1;
  const next32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next32();
  const next = () => next32() / 4294967296;
  let spare: number | undefined;
  return {
    next,
    integer: (bound) => Math.floor(next() * bound),
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      // Box–Muller; 1 - next() keeps the logarithm's argument above 0.
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      const angle = 2 * Math.PI * next();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    shuffle(values, length = values.length) {
      for (let i = length - 1; i > 0; i--) {
        const j = Math.floor(next() * (i + 1));
        const held = values[i]!;
        values[i] = values[j]!;
        values[j] = held;
      }
    },
  };
}

function splitmix32(seeds: readonly number[]): () => number {
  let state = 0x9e3779b9 | 0;
  const step = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
  for (const seed of seeds) {
    state = (state ^ (seed | 0) ^ Math.floor(seed / 4294967296)) | 0;
    state = step();
  }
  return step;
}
