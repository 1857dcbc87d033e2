import type { ModelSpec } from '@driftloop/schemas';
import { createRandom, type Random } from '@driftloop/stats';
import type { FaultWindow } from '../../src/faults/fault-window.ts';
import { buildReferenceProfile, createDataSketch, type ReferenceProfile } from '../../src/index.ts';
import { specOf } from '../spec-of.ts';

const NAMES = ['price', 'weight', 'temperature', 'größe in m', 'kind'] as const;
const CATEGORIES = ['a', 'b', 'c', 'd', 'e'];

/** Positive numbers of two sizes, degrees, numbers of both signs, five categories. */
const SPEC: ModelSpec = {
  ...specOf({}),
  // Nothing is estimated of a ranking, which makes its profile quickly.
  task: 'ranking',
  classes: 0,
  features: NAMES.map((name) =>
    name === 'kind'
      ? { name, kind: 'categorical' as const, allowMissing: true, categories: CATEGORIES }
      : { name, kind: 'numeric' as const, allowMissing: true },
  ),
};

const WIDTH = NAMES.length;
const SHARES = [0.4, 0.7, 0.85, 0.95, 1];

/** Rows of the world. @param unit that all numbers but the degrees are in */
export function worldRows(rows: number, random: Random, unit = 1): number[][] {
  return Array.from({ length: rows }, () => {
    const draw = random.uniform();
    return [
      unit * 500 * Math.exp(0.6 * random.normal()),
      unit * 3 * Math.exp(0.4 * random.normal()),
      18 + 5 * random.normal(),
      unit * random.normal(),
      SHARES.findIndex((share) => draw < share),
    ];
  });
}

/** The profile of the world. */
export function worldProfile(unit = 1, rows = 3000): ReferenceProfile {
  const table = worldRows(rows, createRandom(1), unit);
  return buildReferenceProfile({
    spec: SPEC,
    data: {
      rows,
      width: WIDTH,
      features: Float32Array.from(table.flat()),
      labels: Float32Array.from({ length: rows }, (_, i) => i % 2),
      weights: new Float32Array(rows).fill(1),
      eventTimes: Float64Array.from({ length: rows }, (_, i) => i),
    },
    outputs: new Float32Array(rows),
  });
}

/** A window of these rows. @param lagOf each row, ms */
export function windowOf(
  profile: ReferenceProfile,
  rows: readonly (readonly number[])[],
  lagOf: (row: number) => number = () => 0,
): FaultWindow {
  const sketch = createDataSketch(profile.layout);
  rows.forEach((row, i) => {
    sketch.add(Float32Array.from(row), 0, i, [], lagOf(i));
  });
  return { profile, content: sketch.vector(), n: rows.length };
}
