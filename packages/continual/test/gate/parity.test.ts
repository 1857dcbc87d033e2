import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Engine, EngineSession } from '@driftloop/autodiff';
import type { ModelTask } from '@driftloop/schemas';
import { checkParity } from '../../src/gate/parity.ts';
import { engine } from '../fixtures.ts';
import { type End, lineModel, rowsWith } from './lines.ts';
import { withSettings } from './scored.ts';

interface Case {
  readonly task: ModelTask;
  readonly end: End;
  readonly weights: readonly number[];
  readonly features: readonly number[];
  readonly served: readonly number[];
  readonly tolerance?: number;
}

function parityOf({ task, end, weights, features, served, tolerance = 1e-4 }: Case) {
  const candidate = lineModel(weights, new Array<number>(weights.length).fill(0), end);
  const rows = rowsWith(features, new Array<number>(features.length).fill(0));
  const settings = withSettings({ parityTolerance: tolerance });
  return checkParity(engine, candidate, rows, Float32Array.from(served), task, settings);
}

async function assertDifference(given: Case, expected: number): Promise<void> {
  const { metrics, passed } = await parityOf(given);
  assert.ok(
    Math.abs(metrics.parityDifference! - expected) < 1e-6,
    `${metrics.parityDifference}, not ${expected}`,
  );
  assert.equal(passed, expected < 1e-4);
}

const ln3 = Math.log(3);
const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));

test('class probabilities are held against the softmax of the logits in training', async () => {
  // Logits (0, ln 3) and (0, -ln 3).
  const given = { task: 'binary', end: 'softmax', weights: [0, ln3], features: [1, -1] } as const;
  await assertDifference({ ...given, served: [0.25, 0.75, 0.75, 0.25] }, 0);
  await assertDifference({ ...given, served: [0.25, 0.75, 0.75, 0.375] }, 0.125);
  await assertDifference({ ...given, served: [0.25, 0.75, 0.625, 0.25] }, 0.125);
});

test('logits that are served as they are match too', async () => {
  const given = { task: 'binary', end: 'softmax', weights: [0, 4], features: [1, 0.125] } as const;
  await assertDifference({ ...given, served: [0, 4, 0, 0.5] }, 0);
  // They differ in proportion to the logit, and where that is small by so much.
  await assertDifference({ ...given, served: [0, 5, 0, 0.5] }, 0.25);
  await assertDifference({ ...given, served: [0, 4, 0, 0.625] }, 0.125);
});

test('a lone logit is the probability of class 1, served alone or beside that of class 0', async () => {
  const given = { task: 'binary', end: 'sigmoid', weights: [ln3], features: [1, -2] } as const;
  const [first, second] = [0.75, sigmoid(-2 * ln3)];
  await assertDifference({ ...given, served: [first, second] }, 0);
  await assertDifference({ ...given, served: [1 - first, first, 1 - second, second] }, 0);
  await assertDifference({ ...given, served: [first, second + 0.125] }, 0.125);
  await assertDifference({ ...given, served: [first, 1 - first, second, 1 - second] }, 1 - 2 * second);
});

test('probabilities are exact where exponentials of the logits would overflow', async () => {
  const given = { task: 'multiclass', end: 'softmax', weights: [900, 900, -900], features: [1] } as const;
  await assertDifference({ ...given, served: [0.5, 0.5, 0] }, 0);
});

test('values of a regression are held against the largest of them, whatever its unit', async () => {
  for (const unit of [2 ** -30, 1, 2 ** 30]) {
    const given = { task: 'regression', end: 'values', weights: [1], features: [unit, -4 * unit] } as const;
    await assertDifference({ ...given, served: [unit, -4 * unit] }, 0);
    await assertDifference({ ...given, served: [1.5 * unit, -4 * unit] }, 0.125);
    await assertDifference({ ...given, served: [unit, -5 * unit] }, 0.25);
  }
});

test('values of a regression are never read as probabilities', async () => {
  const given = { task: 'regression', end: 'values', weights: [1] } as const;
  await assertDifference({ ...given, features: [0], served: [0.5] }, 0.5);
  await assertDifference({ ...given, features: [1], served: [sigmoid(1)] }, 1 - sigmoid(1));
});

test('the first 256 rows are compared', async () => {
  const features = Array.from({ length: 257 }, (_, row) => row / 256);
  const given = { task: 'regression', end: 'values', weights: [1], features } as const;
  const wrongAt = (at: number) => features.map((value, row) => (row === at ? value + 0.5 : value));
  await assertDifference({ ...given, served: wrongAt(256) }, 0);
  await assertDifference({ ...given, served: wrongAt(255) }, 0.5 / (255 / 256));
});

test('a difference as large as the tolerance passes, and the words say what differs', async () => {
  const given = { task: 'regression', end: 'values', weights: [1], features: [1], served: [1.25] } as const;
  assert.deepEqual(await parityOf({ ...given, tolerance: 0.25 }), {
    passed: true,
    text: 'its outputs as served differ by 0.25 at most from those in training',
    metrics: { parityDifference: 0.25 },
  });
  const { passed, text } = await parityOf({ ...given, tolerance: 0.249 });
  assert.equal(passed, false);
  assert.match(text, /from those in training: too much$/);
});

test('what was loaded to compare is released', async () => {
  const open = new Set<EngineSession>();
  const counting: Engine = {
    ...engine,
    async load(model, options) {
      const session = await engine.load(model, options);
      const release = session.release.bind(session);
      open.add(session);
      return Object.assign(session, {
        release: () => {
          open.delete(session);
          return release();
        },
      });
    },
  };
  const rows = rowsWith([1], [1]);
  await checkParity(counting, lineModel([1], [0]), rows, Float32Array.of(1), 'regression', withSettings());
  assert.equal(open.size, 0);
});
