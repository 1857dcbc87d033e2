import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import { type ClassSums, estimatePerformance, expectedMetrics, fitCbpe, METRICS } from '../src/index.ts';

/** Sums of one class against the rest, with a bin for every score that occurs. */
function sumsOf(
  scores: readonly number[],
  chances: readonly number[],
  answered: readonly boolean[],
): ClassSums {
  const bins = new Map<number, { rows: number; positives: number }>();
  let truePositive = 0;
  for (const [row, score] of scores.entries()) {
    const bin = bins.get(score) ?? { rows: 0, positives: 0 };
    bins.set(score, { rows: bin.rows + 1, positives: bin.positives + (chances[row] ?? 0) });
    if (answered[row]) truePositive += chances[row] ?? 0;
  }
  return {
    answered: answered.filter(Boolean).length,
    truePositive,
    positives: chances.reduce((a, b) => a + b, 0),
    scores: [...bins].sort(([a], [b]) => a - b).map(([, bin]) => bin),
  };
}

test('sums say what the rows say one by one', () => {
  const random = createRandom(4);
  const probabilities = Array.from({ length: 3000 }, () => random.uniform());
  const predicted = probabilities.map((p) => Number(p >= 0.6));
  const truth = probabilities.map((p) => Number(random.uniform() < p));
  const reference = fitCbpe(
    { probabilities, predicted, truth },
    { classes: 2, chunkSize: 500, random, calibration: 'never' },
  );
  const byRow = estimatePerformance(reference, { probabilities, predicted });
  const bySums = expectedMetrics(3000, [
    sumsOf(
      probabilities,
      probabilities,
      predicted.map((value) => value === 1),
    ),
  ]);
  for (const metric of METRICS)
    assert.ok(Math.abs(bySums[metric] - byRow[metric].estimated) < 1e-6, `${metric}: ${bySums[metric]}`);
});

test('of several classes the metrics are the mean over one against the rest, and accuracy is over all', () => {
  const random = createRandom(5);
  const rows = Array.from({ length: 1000 }, () => {
    const draws = [random.uniform(), random.uniform(), random.uniform()];
    const sum = draws.reduce((a, b) => a + b, 0);
    return draws.map((value) => value / sum);
  });
  const predicted = rows.map((row) => row.indexOf(Math.max(...row)));
  const truth = rows.map((row) => {
    const draw = random.uniform();
    return draw < (row[0] ?? 0) ? 0 : draw < (row[0] ?? 0) + (row[1] ?? 0) ? 1 : 2;
  });
  const probabilities = rows.flat();
  const reference = fitCbpe(
    { probabilities, predicted, truth },
    { classes: 3, chunkSize: 200, random, calibration: 'never' },
  );
  const byRow = estimatePerformance(reference, { probabilities, predicted });
  const bySums = expectedMetrics(
    1000,
    [0, 1, 2].map((k) => {
      const scores = rows.map((row) => row[k] ?? 0);
      return sumsOf(
        scores,
        scores,
        predicted.map((value) => value === k),
      );
    }),
  );
  for (const metric of METRICS)
    assert.ok(Math.abs(bySums[metric] - byRow[metric].estimated) < 1e-6, `${metric}: ${bySums[metric]}`);
});
