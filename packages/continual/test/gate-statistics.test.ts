import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocateRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import { blockTest, mcnemarWorse } from '../src/gate/paired-test.ts';
import { scoreAnswers } from '../src/gate/scores.ts';

test('McNemar is one-sided: only a candidate that loses rows is worse', () => {
  assert.ok(mcnemarWorse({ rows: 100, onlyLive: 15, onlyCandidate: 3 }) < 0.01);
  assert.ok(mcnemarWorse({ rows: 100, onlyLive: 3, onlyCandidate: 15 }) > 0.99);
  assert.equal(mcnemarWorse({ rows: 100, onlyLive: 0, onlyCandidate: 0 }), 1);
});

test('McNemar is exact: 8 of 10 discordant rows by hand', () => {
  // (45 + 10 + 1) / 1024
  assert.ok(Math.abs(mcnemarWorse({ rows: 100, onlyLive: 8, onlyCandidate: 2 }) - 56 / 1024) < 1e-12);
});

test('the block test holds its level on independent rows', () => {
  const random = createRandom(1);
  let rejected = 0;
  for (let trial = 0; trial < 2000; trial++) {
    const differences = Float64Array.from({ length: 300 }, () => random.integer(3) - 1);
    if (blockTest(differences).pAbove < 0.05) rejected++;
  }
  // 100 expected; the standard deviation is about 10.
  assert.ok(rejected > 65 && rejected < 135, `${rejected} of 2000 are rejected at 5 %`);
});

test('the block test is not fooled by rows that err together, McNemar is', () => {
  const random = createRandom(2);
  let byBlocks = 0;
  let byRows = 0;
  for (let trial = 0; trial < 500; trial++) {
    let difference = 0;
    const differences = Float64Array.from({ length: 600 }, (_, row) => {
      if (row % 25 === 0) difference = random.integer(3) - 1;
      return difference;
    });
    if (blockTest(differences).pAbove < 0.05) byBlocks++;
    const onlyLive = differences.filter((value) => value > 0).length;
    const onlyCandidate = differences.filter((value) => value < 0).length;
    if (mcnemarWorse({ rows: 600, onlyLive, onlyCandidate }) < 0.05) byRows++;
  }
  assert.ok(byBlocks < 45, `${byBlocks} of 500 by blocks`);
  assert.ok(byRows > 150, `${byRows} of 500 by rows`);
});

test('the block test of no rows says nothing', () => {
  assert.equal(blockTest(new Float64Array(0)).pAbove, 0.5);
  assert.equal(blockTest(new Float64Array(100)).pAbove, 1);
});

test('scores: accuracy, log loss and calibration error by hand', () => {
  const data = allocateRows(4, 1);
  data.labels.set([0, 1, 1, 0]);
  const outputs = Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.75, 0.25, 0.6, 0.4);
  const scores = scoreAnswers(outputs, data, 'binary');
  assert.equal(scores.accuracy, 0.75);
  const expected = -(Math.log(0.9) + Math.log(0.8) + Math.log(0.25) + Math.log(0.6)) / 4;
  assert.ok(Math.abs(scores.loss - expected) < 1e-6);
  // Bins: 0.9 right, 0.8 right, 0.75 wrong, 0.6 right.
  assert.ok(Math.abs(scores.calibrationError - (0.1 + 0.2 + 0.75 + 0.4) / 4) < 1e-6);
});
