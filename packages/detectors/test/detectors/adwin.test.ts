import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import { Adwin } from '../../src/detectors/adwin.ts';

test("the paper's ADWIN keeps the newer part after a detection; river's drops the window", () => {
  const random = createRandom(3);
  const paper = new Adwin({}, 'keep-newer');
  const river = new Adwin();
  let both = 0;
  for (let i = 0; i < 4000; i++) {
    const x = random.uniform() < (i < 2000 ? 0.2 : 0.8) ? 1 : 0;
    const before = paper.width;
    paper.update(x);
    river.update(x);
    if (river.drift && paper.drift) {
      both++;
      assert.ok(paper.width < before && paper.width > 0);
      assert.equal(paper.changePoint, paper.width);
    }
  }
  assert.equal(both, 1);
  assert.ok(Math.abs(paper.estimation - 0.8) < 0.03);
});

test('width, mean and variance are those of the window when nothing was cut', () => {
  const random = createRandom(4);
  const detector = new Adwin({ delta: 1e-12 });
  const values = Array.from({ length: 5000 }, () => random.normal());
  for (const x of values) detector.update(x);
  const mean = values.reduce((a, b) => a + b) / values.length;
  const squares = values.reduce((a, b) => a + (b - mean) ** 2, 0);
  assert.equal(detector.width, values.length);
  assert.ok(Math.abs(detector.estimation - mean) < 1e-12);
  assert.ok(Math.abs(detector.variance - squares) < 1e-7);
});
