import { SMALLEST_NORMAL } from '../layout/input-layout.ts';

/** How finely a numeric feature is cut. */
export interface EdgeOptions {
  /** Bins of about equal frequency. @default 256 */
  readonly bins?: number;
}

/**
 * Edges for a fixed-edge histogram of a reference: equal-frequency quantiles, and a bin of its own
 * for each value that alone carries at least one bin's share (a point mass would otherwise be
 * invisible to PSI and blur KS). The last edge lies just above the maximum, so that the first and
 * last bins count what is outside the reference.
 *
 * @param sorted finite float32 values, ascending
 * @returns ascending float32 edges; none when there are no values
 */
export function quantileEdges(sorted: Float32Array, options: EdgeOptions = {}): number[] {
  const bins = options.bins ?? 256;
  const edges = new Set<number>();
  const first = sorted[0];
  const last = sorted.at(-1);
  if (first === undefined || last === undefined) return [];
  edges.add(first);
  edges.add(nextUp(last));
  for (let i = 1; i < bins; i++) {
    edges.add(sorted[Math.floor((i * sorted.length) / bins)] ?? last);
  }
  const mass = Math.max(2, sorted.length / bins);
  for (let from = 0; from < sorted.length; ) {
    const value = sorted[from] ?? 0;
    let to = from + 1;
    while (to < sorted.length && sorted[to] === value) to++;
    if (to - from >= mass) {
      edges.add(value);
      edges.add(nextUp(value));
    }
    from = to;
  }
  // Nothing lies above the largest float32, and JSON knows no infinity.
  return [...edges].filter(Number.isFinite).sort((a, b) => a - b);
}

const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);

/**
 * The next larger float32, of those that every processor mode knows: denormal ones count as 0. A
 * thread that has trained reads them as 0, and what it writes is read by others. Adding 0 makes -0
 * a 0.
 */
export function nextUp(value: number): number {
  if (value > -SMALLEST_NORMAL && value < SMALLEST_NORMAL) return SMALLEST_NORMAL;
  FLOAT[0] = value;
  const bits = BITS[0] ?? 0;
  BITS[0] = value > 0 ? bits + 1 : bits - 1;
  const next = FLOAT[0] + 0;
  return next > -SMALLEST_NORMAL && next < SMALLEST_NORMAL ? 0 : next;
}
