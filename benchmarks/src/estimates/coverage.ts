import { chanceOf, createExpecter, fitExpectation, runningAccuracy } from '@driftloop/estimates';
import { createRandom } from '@driftloop/stats';
import type { Result } from '../harness/benchmark.ts';

const RUNS = 200;
const ROWS = 10_000;
const REFERENCE_ROWS = 3_000;
const WIDTH = 2;
/** Rows by which labels are late. */
const DELAYS = [0, 500, 5_000];

/**
 * In how many of 200 streams the bounds of the running accuracy hold at every one of 10,000 rows,
 * and how wide they are at the end, with labels at once and late. Half of the streams have inputs
 * that move, where the model is surer than right.
 */
export function benchCoverage(runs = RUNS): Result[] {
  return DELAYS.map((delay) => {
    let held = 0;
    let width = 0;
    for (let run = 0; run < runs; run++) {
      const followed = follow(run + 1, delay, run % 2 === 0 ? 0 : 1);
      if (followed.holds) held++;
      width += followed.width / runs;
    }
    const value = held / runs;
    return {
      metric: `coverage: bounds of the running accuracy hold at every row, labels ${delay} rows late`,
      value,
      unit: 'of 1',
      bar: '>= 0.95',
      holds: value >= 0.95,
      figures: { runs, rows: ROWS, widthAtTheEnd: width },
    };
  });
}

function follow(seed: number, delay: number, shift: number): { holds: boolean; width: number } {
  const random = createRandom(seed);
  const reference = drawn(REFERENCE_ROWS, 0, random);
  const fitted = fitExpectation({ ...reference, width: WIDTH, classes: 2 });
  const expect = createExpecter(fitted.expectation);
  const { features, outputs, predicted, truth } = drawn(ROWS, shift, random);
  const target = new Float32Array(1);
  const chances = predicted.map((answer, row) => {
    expect(features, row * WIDTH, outputs, row, target, 0);
    return chanceOf(target, answer);
  });
  const isRight = predicted.map((answer, row) => Number(answer === truth[row]));
  const sums = { labelled: 0, hits: 0, unlabelled: 0, expectedHits: 0, expectedVariance: 0 };
  const residuals = { ...fitted.residuals };
  let right = 0;
  let holds = true;
  let width = 0;
  for (let row = 0; row < ROWS; row++) {
    const chance = chances[row] ?? 0;
    right += isRight[row] ?? 0;
    sums.unlabelled++;
    sums.expectedHits += chance;
    sums.expectedVariance += chance * (1 - chance);
    if (row >= delay) {
      const due = chances[row - delay] ?? 0;
      const hit = isRight[row - delay] ?? 0;
      sums.unlabelled--;
      sums.expectedHits -= due;
      sums.expectedVariance -= due * (1 - due);
      sums.labelled++;
      sums.hits += hit;
      residuals.rows++;
      residuals.sum += hit - due;
      residuals.squares += (hit - due) ** 2;
    }
    const { lower = 0, upper = 1 } = runningAccuracy({ ...sums, residuals }, 0.05) ?? {};
    const realised = right / (row + 1);
    // Sums of so many rows are off by a little.
    holds &&= realised >= lower - 1e-9 && realised <= upper + 1e-9;
    width = upper - lower;
  }
  return { holds, width };
}

function drawn(rows: number, shift: number, random: ReturnType<typeof createRandom>) {
  const features = new Float32Array(rows * WIDTH);
  const outputs = new Float32Array(rows);
  const predicted = new Float64Array(rows);
  const truth = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const [seen, moved] = [random.normal(), random.normal() + shift];
    features.set([seen, moved], row * WIDTH);
    const said = 1 / (1 + Math.exp(-2 * seen));
    const chance = moved > 0.5 ? 0.5 + 0.4 * (said - 0.5) : said;
    outputs[row] = said;
    predicted[row] = Number(said >= 0.5);
    truth[row] = Number(random.uniform() < chance);
  }
  return { features, outputs, predicted, truth };
}
