import { estimatePerformance, fitCbpe, realizedPerformance } from '@driftloop/estimates';
import { createRandom } from '@driftloop/stats';

// Answers of a model whose probabilities hold; the larger the spread, the surer it is of its rows.
const random = createRandom(7);
function answers(rows: number, spread: number) {
  const probabilities = Array.from({ length: rows }, () => 1 / (1 + Math.exp(-spread * random.normal())));
  const predicted = probabilities.map((p): number => (p >= 0.5 ? 1 : 0));
  const truth = probabilities.map((p): number => (random.uniform() < p ? 1 : 0));
  return { probabilities, predicted, truth };
}

// Labelled rows that the model was not trained on; then rows that it finds harder, whose labels are
// still to come.
const reference = fitCbpe(answers(20_000, 3), { classes: 2, chunkSize: 1000, random });
const chunk = answers(1000, 1.5);
const { estimated, lower, alert } = estimatePerformance(reference, chunk).accuracy;
const realized = realizedPerformance(chunk, 2).accuracy;

console.log(`accuracy about ${estimated.toFixed(2)}, at least ${lower.toFixed(2)} expected, alert: ${alert}`);
console.log(`when the labels have come: ${realized.toFixed(2)}`);
