import type { FeatureSpec } from '@driftloop/schemas';
import type { Random } from '@driftloop/stats';

/** A table whose rows can be drawn, and whose truth is known. */
export interface Table {
  readonly name: string;
  readonly features: readonly FeatureSpec[];
  /** Draws a row. */
  draw(random: Random): number[];
  /** log odds of class 1. */
  odds(row: readonly number[]): number;
  /** Moves the inputs together, as the world may do it. */
  move(row: readonly number[]): number[];
  /** Columns that a fault may hit: each a positive number with many values. */
  readonly numbers: readonly [number, number];
  /** A column of categories. */
  readonly category: number;
}

const numeric = (name: string): FeatureSpec => ({ name, kind: 'numeric', allowMissing: true });
const categorical = (name: string, categories: readonly string[]): FeatureSpec => ({
  name,
  kind: 'categorical',
  allowMissing: true,
  categories: [...categories],
});

function oneOf(random: Random, shares: readonly number[]): number {
  let left = random.uniform();
  for (const [i, share] of shares.entries()) {
    left -= share;
    if (left < 0) return i;
  }
  return 0;
}

/** Applications for credit: incomes of 10,000s, ratios, ages. */
const CREDIT: Table = {
  name: 'credit',
  features: [
    numeric('income'),
    numeric('age'),
    numeric('debt ratio'),
    numeric('open loans'),
    categorical('employment', ['salaried', 'self-employed', 'student', 'retired', 'Öffentlich']),
  ],
  numbers: [0, 2],
  category: 4,
  draw(random) {
    const age = Math.min(90, Math.max(18, Math.round(44 + 13 * random.normal())));
    const income = Math.exp(10.4 + 0.5 * random.normal());
    const ratio = Math.exp(-1.2 + 0.5 * random.normal());
    const loans = Math.floor(-Math.log(1 - random.uniform()) * 2.2);
    return [income, age, ratio, loans, oneOf(random, [0.5, 0.18, 0.14, 0.1, 0.08])];
  },
  odds: ([income = 0, age = 0, ratio = 0, loans = 0, work = 0]) =>
    2.2 * (Math.log(income) - 10.4) * -1 +
    2.4 * (Math.log(ratio) + 1.2) +
    0.35 * (loans - 2) -
    0.02 * (age - 44) +
    (work === 1 ? 0.8 : 0),
  move: ([income = 0, age = 0, ratio = 0, loans = 0, work = 0]) => [
    income * Math.exp(-0.32),
    Math.max(18, age - 6),
    ratio * Math.exp(0.22),
    loans,
    work,
  ],
};

/** Machines: micrometres, hectopascals, degrees; some columns narrow, some of both signs. */
const MACHINES: Table = {
  name: 'machines',
  features: [
    numeric('vibration'),
    numeric('pressure'),
    numeric('temperature'),
    numeric('load'),
    categorical('mode', ['idle', 'run', 'clean']),
    categorical('plant', ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']),
  ],
  numbers: [2, 0],
  category: 5,
  draw(random) {
    const load = random.uniform();
    return [
      2e-6 * Math.exp(0.7 * random.normal() + 0.5 * load),
      1013 + 8 * random.normal(),
      24 + 5 * random.normal() + 6 * load,
      load,
      oneOf(random, [0.2, 0.7, 0.1]),
      oneOf(random, [0.3, 0.2, 0.15, 0.1, 0.1, 0.06, 0.05, 0.04]),
    ];
  },
  odds: ([vibration = 0, pressure = 0, temperature = 0, load = 0, mode = 0]) =>
    1.9 * (Math.log(vibration) - Math.log(2e-6) - 0.3) +
    0.22 * (temperature - 27) -
    0.05 * (pressure - 1013) +
    (load - 0.5) +
    (mode === 2 ? -0.7 : 0),
  move: ([vibration = 0, pressure = 0, temperature = 0, load = 0, mode = 0, plant = 0]) => [
    vibration * Math.exp(0.4),
    pressure - 3,
    temperature + 3.5,
    load,
    mode,
    plant,
  ],
};

/** Shop visits: amounts of cents, scores of both signs, many zeros. */
const SHOP: Table = {
  name: 'shop',
  features: [
    numeric('basket cents'),
    numeric('minutes'),
    numeric('score'),
    numeric('returns'),
    numeric('distance m'),
    categorical('channel', ['web', 'app', 'store', 'phone']),
  ],
  numbers: [0, 4],
  category: 5,
  draw(random) {
    return [
      Math.round(100 * Math.exp(3.5 + 0.9 * random.normal())),
      Math.exp(1.5 + 0.6 * random.normal()),
      random.normal(),
      random.uniform() < 0.6 ? 0 : 1 + random.integer(5),
      1e6 * Math.exp(0.8 * random.normal()),
      oneOf(random, [0.45, 0.3, 0.2, 0.05]),
    ];
  },
  odds: ([basket = 0, minutes = 0, score = 0, returns = 0, , channel = 0]) =>
    1.6 * score +
    0.9 * (Math.log(minutes) - 1.5) -
    0.7 * (Math.log(basket / 100) - 3.5) +
    0.25 * (returns - 1.2) +
    (channel === 1 ? 0.6 : 0),
  move: ([basket = 0, minutes = 0, score = 0, returns = 0, distance = 0, channel = 0]) => [
    Math.round(basket * Math.exp(0.45)),
    minutes * Math.exp(0.3),
    score + 0.45,
    returns,
    distance,
    channel,
  ],
};

export const TABLES: readonly Table[] = [CREDIT, MACHINES, SHOP];
