import { type NumericLayout, type SketchLayout, shapeOf } from '../profile/layout.ts';
import type { IntegerVector } from './integer-vector.ts';
import { createMultivariateSketch, type MultivariateSketch } from './multivariate-sketch.ts';

/** Fractional bits of the sums of standardised values. */
export const SUM_BITS = 20;
/** Fractional bits of the sums of their squares. */
export const SQUARE_BITS = 16;
/** Standardised values are held within ±64, so that 2^24 rows at the limit still sum exactly. */
const LIMIT = 64;

/** Counts rows of float32 features into one integer vector. */
export interface DataSketch {
  /** Rows so far. */
  readonly n: number;
  /** Counts the row that starts at `offset`; the caller has checked its length. */
  add(features: Float32Array, offset?: number): void;
  /** The vector, in the order of `shapeOf(layout)`. */
  vector(): IntegerVector;
}

/** Creates an empty sketch of a layout. Nothing is allocated per row. */
export function createDataSketch(layout: SketchLayout): DataSketch {
  return new FixedEdgeSketch(layout);
}

class FixedEdgeSketch implements DataSketch {
  n = 0;
  readonly #width: number;
  readonly #counts: Uint32Array;
  readonly #firstBin: Int32Array;
  readonly #bins: Int32Array;
  readonly #sums: Float64Array;
  readonly #edges: Float32Array;
  readonly #firstEdge: Int32Array;
  readonly #centre: Float64Array;
  readonly #inverse: Float64Array;
  readonly #categorical: (readonly number[] | undefined)[];
  readonly #multivariate: MultivariateSketch | undefined;
  readonly #length: number;

  constructor(layout: SketchLayout) {
    const shape = shapeOf(layout);
    const width = layout.features.length;
    const edgesOf = layout.features.map((feature) => (feature.kind === 'numeric' ? feature.edges : []));
    this.#width = width;
    this.#length = shape.length;
    this.#counts = new Uint32Array(shape.sums);
    this.#sums = new Float64Array(2 * width);
    this.#firstBin = Int32Array.from(shape.firstBin);
    this.#bins = Int32Array.from(shape.bins);
    this.#edges = Float32Array.from(edgesOf.flat());
    this.#firstEdge = new Int32Array(width + 1);
    edgesOf.forEach((edges, i) => {
      this.#firstEdge[i + 1] = (this.#firstEdge[i] ?? 0) + edges.length;
    });
    const numeric = (pick: (feature: NumericLayout) => number, other: number): Float64Array =>
      Float64Array.from(layout.features, (feature) => (feature.kind === 'numeric' ? pick(feature) : other));
    this.#centre = numeric((feature) => feature.centre, 0);
    this.#inverse = numeric((feature) => 1 / feature.scale, 0);
    this.#categorical = layout.features.map((feature) =>
      feature.kind === 'categorical' ? feature.categories : undefined,
    );
    this.#multivariate = layout.multivariate ? createMultivariateSketch(layout) : undefined;
  }

  add(features: Float32Array, offset = 0): void {
    const counts = this.#counts;
    const sums = this.#sums;
    for (let i = 0; i < this.#width; i++) {
      // biome-ignore-start lint/style/noNonNullAssertion: indices are below the width, and this is the hot loop
      const value = features[offset + i]!;
      const first = this.#firstBin[i]!;
      const bins = this.#bins[i]!;
      if (!Number.isFinite(value)) {
        const slot = first + bins + (Number.isNaN(value) ? 0 : 1);
        counts[slot] = counts[slot]! + 1;
        continue;
      }
      const categories = this.#categorical[i];
      if (categories !== undefined) {
        const known = categories.indexOf(value);
        const slot = first + (known < 0 ? bins - 1 : known);
        counts[slot] = counts[slot]! + 1;
        continue;
      }
      let low = this.#firstEdge[i]!;
      const start = low;
      let size = this.#firstEdge[i + 1]! - low;
      // The number of edges that are not above the value, by halving.
      while (size > 0) {
        const half = size >> 1;
        if (this.#edges[low + half]! <= value) {
          low += half + 1;
          size -= half + 1;
        } else {
          size = half;
        }
      }
      const slot = first + low - start;
      counts[slot] = counts[slot]! + 1;
      let z = (value - this.#centre[i]!) * this.#inverse[i]!;
      if (z > LIMIT) z = LIMIT;
      else if (z < -LIMIT) z = -LIMIT;
      sums[2 * i] = sums[2 * i]! + Math.floor(z * 1048576 + 0.5);
      sums[2 * i + 1] = sums[2 * i + 1]! + Math.floor(z * z * 65536 + 0.5);
      // biome-ignore-end lint/style/noNonNullAssertion: see above
    }
    this.n++;
    this.#multivariate?.add(features, offset);
  }

  vector(): IntegerVector {
    const vector = new Float64Array(this.#length);
    vector.set(this.#counts);
    vector.set(this.#sums, this.#counts.length);
    if (this.#multivariate) vector.set(this.#multivariate.vector(), this.#counts.length + this.#sums.length);
    return vector;
  }
}
