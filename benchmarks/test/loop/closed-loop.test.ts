import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrtEngine } from '@driftloop/engine-ort';
import { defaultSpec } from '@driftloop/registry';
import type { LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import { runClosedLoop } from '../../src/loop/closed-loop.ts';

const INTERVAL_MS = 1000;
const ROWS = 13_000;
/** From here to there the classes turn round every so many rows, sooner than they can be learnt. */
const RESTLESS = { from: 2_000, to: 6_500, every: 900 };

/**
 * Two features; what the class says of them turns round again and again, and at last stays the
 * other way round.
 */
function turning(): LabelledRows {
  const random = createRandom(5);
  const features = Float32Array.from({ length: 2 * ROWS }, () => random.normal());
  const labels = Float32Array.from({ length: ROWS }, (_, row) => {
    const isAbove = features[2 * row]! + 0.5 * features[2 * row + 1]! > 0;
    const turns = Math.ceil((Math.min(row, RESTLESS.to) - RESTLESS.from) / RESTLESS.every);
    return Number(turns <= 0 || turns % 2 === 0 ? isAbove : !isAbove);
  });
  const eventTimes = Float64Array.from(labels, (_, row) => row * INTERVAL_MS);
  return { rows: ROWS, width: 2, features, labels, weights: new Float32Array(ROWS).fill(1), eventTimes };
}

test('after a loss the next candidate answers in shadow until labels have proven it better, and is live then', async () => {
  const features = ['a', 'b'].map((name) => ({ name, kind: 'numeric' as const, allowMissing: false }));
  const spec = defaultSpec({
    model: 'turning',
    task: 'binary',
    classes: 2,
    features,
    intervalMs: INTERVAL_MS,
  });
  const { history } = await runClosedLoop({
    engine: createOrtEngine({ threads: 1 }),
    spec: { ...spec, retrain: { ...spec.retrain, maxSteps: 400, minLabels: 500 } },
    data: turning(),
    trainingRows: 1_500,
    labelDelayRows: 100,
    chunkSize: 64,
    seed: 1,
    retrainRows: 600,
  });
  const kinds = history.map(({ kind }) => kind);
  const first = kinds.indexOf('shadow');
  assert.ok(kinds.slice(0, first).includes('published'), kinds.join());
  const promotion = history.find(({ kind }) => kind === 'promoted');
  assert.ok(promotion, kinds.join());
  const begin = history.findLast(({ kind, row }) => kind === 'shadow' && row < promotion.row);
  assert.equal(begin?.version?.number, promotion.version?.number);
});
