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

/** Rows of equal or pooled probability. */
interface Pool {
  readonly rows: number;
  readonly hits: number;
  readonly from: number;
  readonly to: number;
}

/** Isotonic regression by pooling adjacent violators (Ayer et al. 1955). Rows of equal probability are one pool from the start. */
function fitOne(
  outputs: Float32Array,
  width: number,
  column: number,
  labels: Float32Array,
  target: number,
): Knots {
  const at = (row: number): number => outputs[row * width + column] ?? Number.NaN;
  const rows = Array.from(labels, (_, row) => row).filter((row) => Number.isFinite(at(row)));
  const pools: Pool[] = [];
  for (const row of rows.sort((a, b) => at(a) - at(b))) {
    const hits = Number(labels[row] === target);
    const last = pools.at(-1);
    const x = at(row);
    if (last?.to === x) pools[pools.length - 1] = { ...last, rows: last.rows + 1, hits: last.hits + hits };
    else pools.push({ rows: 1, hits, from: x, to: x });
  }
  const rising: Pool[] = [];
  for (let pool of pools) {
    for (
      let last = rising.at(-1);
      last && last.hits * pool.rows >= pool.hits * last.rows;
      last = rising.at(-1)
    ) {
      rising.pop();
      pool = { rows: last.rows + pool.rows, hits: last.hits + pool.hits, from: last.from, to: pool.to };
    }
    rising.push(pool);
  }
  const knots = rising.flatMap(({ rows: count, hits, from, to }) =>
    from === to
      ? [[from, hits / count]]
      : [
          [from, hits / count],
          [to, hits / count],
        ],
  );
  return { x: knots.map(([x = 0]) => x), y: knots.map(([, y = 0]) => y) };
}
