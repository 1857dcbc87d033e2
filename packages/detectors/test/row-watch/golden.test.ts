import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  agrawal,
  type Concept,
  createStream,
  hyperplane,
  randomRbf,
  sea,
  stagger,
} from '../../src/generators/index.ts';
import { createRowWatch } from '../../src/index.ts';

const ROWS = 2_600;
const CHANGE = 1_800;
const EVERY = 200;

const STREAMS: Readonly<Record<string, readonly Concept[]>> = {
  sea: [sea(0, { noise: 0.1 }), sea(2, { noise: 0.1 })],
  stagger: [stagger(0), stagger(1)],
  randomRbf: [randomRbf(310), randomRbf(311)],
  agrawal: [agrawal(0, { perturbation: 0.05 }), agrawal(2, { perturbation: 0.05 })],
  hyperplane: [hyperplane(310, { noise: 0.05 }), hyperplane(311, { noise: 0.05 })],
};

/** Alarms with their change points, and what the evidence is every 200 rows. */
function watched(concepts: readonly Concept[]) {
  const stream = createStream({ concepts, changes: [{ kind: 'abrupt', at: CHANGE }], seed: 31 });
  const watch = createRowWatch({ categories: stream.categories, classes: 2 });
  const alarms: (number | undefined)[][] = [];
  const likelihoods: number[] = [];
  for (let row = 0; row < ROWS; row++) {
    const features = new Float64Array(stream.width);
    const label = stream.next(features);
    // Right in four of five rows, whatever the concept.
    const answer = { features, predicted: row % 5 === 0 ? 1 - label : label, confidence: 0.8 };
    watch.update(answer, { ...answer, label });
    // Nothing else is read, so that the bounds decide.
    if (watch.drift) {
      const { best, earliest, latest } = watch.changePoint ?? {};
      alarms.push([row, best, earliest, latest]);
    }
    if (row % EVERY === EVERY - 1) likelihoods.push(watch.likelihood);
  }
  return { alarms, likelihoods };
}

/** What the row watch said when it computed all of its evidence at each check. */
const GOLDEN = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, ReturnType<typeof watched>>
>;

for (const [name, concepts] of Object.entries(STREAMS)) {
  test(`${name}: alarms at the same rows, evidence to 1e-9, as when all of it was computed at each check`, () => {
    const { alarms, likelihoods } = watched(concepts);
    const golden = GOLDEN[name];
    assert.ok(golden);
    assert.deepEqual(alarms, golden.alarms);
    assert.equal(likelihoods.length, golden.likelihoods.length);
    likelihoods.forEach((likelihood, i) => {
      const expected = golden.likelihoods[i] ?? Number.NaN;
      assert.ok(Math.abs(likelihood - expected) <= 1e-9 * expected, `${likelihood}, not ${expected}`);
    });
  });
}
