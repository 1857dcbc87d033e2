import type { Knots } from './output-layout.ts';

/**
 * Isotonic calibration of the model's probabilities: of class 1 for a binary model, one class against the rest for each class
 * of a multiclass one.
 */
export function fitCalibration(
  classes: number,
  outputs: Float32Array,
  width: number,
  labels: Float32Array,
): Knots[] {
  if (classes === 2) return [fitOne(outputs, width, width - 1, labels, 1)];
  return Array.from({ length: classes }, (_, k) => fitOne(outputs, width, k, labels, k));
}

function fitOne(
  outputs: Float32Array,
  width: number,
  column: number,
  labels: Float32Array,
  target: number,
): Knots {
  const order = Array.from(labels, (_, i) => i).sort(
    (a, b) => (outputs[a * width + column] ?? 0) - (outputs[b * width + column] ?? 0),
  );
  // Pool adjacent violators: blocks of [weight, sum of targets, first x, last x].
  const pools: [number, number, number, number][] = [];
  for (const row of order) {
    const x = outputs[row * width + column] ?? 0;
    if (!Number.isFinite(x)) continue;
    let pool: [number, number, number, number] = [1, Number(labels[row] === target), x, x];
    for (let last = pools.at(-1); last; last = pools.at(-1)) {
      if (last[3] !== pool[2] && last[1] / last[0] < pool[1] / pool[0]) break;
      pools.pop();
      pool = [last[0] + pool[0], last[1] + pool[1], last[2], pool[3]];
    }
    pools.push(pool);
  }
  const x: number[] = [];
  const y: number[] = [];
  for (const [weight, sum, first, last] of pools) {
    x.push(first);
    y.push(sum / weight);
    if (last !== first) {
      x.push(last);
      y.push(sum / weight);
    }
  }
  return { x, y };
}
