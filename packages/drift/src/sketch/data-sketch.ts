import { derivedOnce } from '../derived-once.ts';
import { MAGNITUDE_SUMS } from '../layout/fault-layout.ts';
import { isMeasured, type Measured, type SketchLayout, shapeOf, unitOf } from '../layout/input-layout.ts';
import { type CategoryIndex, createCategoryIndex } from './category-index.ts';
import { CELL_STRIDE, CELLS, createEdgeIndex, type EdgeIndex } from './edge-index.ts';
import { addMagnitude, lagBinOf, magnitudeSums } from './fault-counts.ts';
import type { FeatureSums } from './feature-sums.ts';
import type { IntegerVector } from './integer-vector.ts';
import { createMeasure, type Measure } from './measure.ts';
import { type MultivariateSketch, multivariateSketches } from './multivariate-sketch.ts';
import { ownSketches } from './own-sketches.ts';
import { fixedPoint, hashStep, INFINITE_STEP, MISSING_STEP } from './row-hash.ts';

/** Fractional bits of the sums of standardised values. */
export const SUM_BITS = 20;
/** Standardised values are held within ±64, so that 2^24 rows at the limit still sum exactly. */
export const LIMIT = 64;

/** Counts rows of float32 features into one integer vector. */
export interface DataSketch {
  /** Rows so far. */
  readonly n: number;
  /**
   * Counts the row that starts at `offset`; the caller has checked its length.
   *
   * @param rank by which the tests of all features together choose their sample. @default rows so
   *   far
   * @param texts free texts of the rows, in which their slots have places. @default none
   * @param lagMs the record's timestamp less its event time. @default 0
   */
  add(
    features: Float32Array,
    offset?: number,
    rank?: number,
    texts?: readonly string[],
    lagMs?: number,
  ): void;
  /**
   * The vector, in the order of `shapeOf(layout)`: the sketch's own, which rows to come are counted
   * in.
   */
  vector(): IntegerVector;
}

/** Creates an empty sketch of a layout. Nothing is allocated per row. */
export function createDataSketch(layout: SketchLayout): DataSketch {
  return new FixedEdgeSketch(layout);
}

/** What is computed once per layout: sketches are made for every chunk. */
interface Compiled {
  readonly width: number;
  readonly length: number;
  readonly sums: number;
  readonly multivariate: number;
  readonly firstBin: Int32Array;
  readonly valueBins: Int32Array;
  readonly index: EdgeIndex;
  readonly centre: Float64Array;
  readonly inverse: Float64Array;
  readonly categorical: readonly (CategoryIndex | undefined)[];
  /** Absent where rows are counted as they are: numbers and categories. */
  readonly measure: Measure | undefined;
  createMultivariate(): MultivariateSketch | undefined;
  createOwn(): readonly FeatureSums[];
  /** Start of whole rows by hash and the bits that say how much of one counts; -1 for none. */
  readonly rows: number;
  readonly rowShift: number;
  /** Start of the lags. */
  readonly lags: number;
  /** Of each bin the sums of magnitudes that its values add to, from where on; 0 for none. */
  readonly magnitudeSums: Uint8Array;
  readonly magnitudes: Int32Array;
}

const NO_TEXTS: readonly string[] = [];

const compile = derivedOnce((layout: SketchLayout): Compiled => {
  const { features } = layout;
  const shape = shapeOf(layout);
  const numeric = (pick: (feature: Measured) => number): Float64Array =>
    Float64Array.from(features, (feature) => (isMeasured(feature) ? pick(feature) : 0));
  return {
    width: features.length,
    length: shape.length,
    sums: shape.sums,
    multivariate: shape.multivariate,
    firstBin: Int32Array.from(shape.firstBin),
    valueBins: Int32Array.from(shape.bins),
    index: createEdgeIndex(features.map((feature) => (isMeasured(feature) ? feature.edges : []))),
    centre: numeric((feature) => feature.centre),
    inverse: numeric((feature) => 1 / unitOf(feature)),
    categorical: features.map((feature) =>
      feature.kind === 'categorical' ? createCategoryIndex(feature.categories, feature.others) : undefined,
    ),
    measure: createMeasure(features),
    createMultivariate: multivariateSketches(layout),
    createOwn: ownSketches(features),
    rows: shape.faults?.rows ?? -1,
    rowShift: 32 - (layout.faults?.rowBits ?? 0),
    lags: shape.faults?.lags ?? -1,
    magnitudeSums: magnitudeSums(features, shape),
    // An offset of 0 means none: those of sums begin with the length of one.
    magnitudes: Int32Array.from(features, (_, i) => (shape.faults?.magnitudes[i] ?? 0) - MAGNITUDE_SUMS),
  };
});

class FixedEdgeSketch implements DataSketch {
  n = 0;
  readonly #layout: Compiled;
  /** One for all parts, since a sketch is made for every chunk. */
  readonly #vector: Float64Array;
  readonly #multivariate: MultivariateSketch | undefined;
  readonly #measured: Float32Array;
  readonly #own: readonly FeatureSums[];

  constructor(layout: SketchLayout) {
    this.#layout = compile(layout);
    this.#vector = new Float64Array(this.#layout.length);
    this.#multivariate = this.#layout.createMultivariate();
    this.#measured = new Float32Array(this.#layout.measure ? this.#layout.width : 0);
    this.#own = this.#layout.createOwn();
  }

  add(
    features: Float32Array,
    offset = 0,
    rank = this.n,
    texts: readonly string[] = NO_TEXTS,
    lagMs = 0,
  ): void {
    const { measure } = this.#layout;
    if (measure === undefined) {
      this.#count(features, offset, rank, lagMs);
      return;
    }
    measure(features, offset, texts, this.#measured);
    this.#count(this.#measured, 0, rank, lagMs);
    for (const own of this.#own) own.add(features, offset, rank, texts);
  }

  #count(features: Float32Array, offset: number, rank: number, lagMs: number): void {
    const vector = this.#vector;
    const { width, sums, firstBin, valueBins, centre, inverse, categorical, magnitudes, magnitudeSums } =
      this.#layout;
    const { edges, firstEdge, cells, lowest, cellsPerUnit } = this.#layout.index;
    let hash = 0;
    // biome-ignore-start lint/style/noNonNullAssertion: indices are below the width, and this is the hot loop
    for (let i = 0; i < width; i++) {
      const value = features[offset + i]!;
      const first = firstBin[i]!;
      if (!Number.isFinite(value)) {
        const isMissing = Number.isNaN(value);
        vector[first + valueBins[i]! + (isMissing ? 0 : 1)]!++;
        hash = hashStep(hash, isMissing ? MISSING_STEP : INFINITE_STEP);
        continue;
      }
      const binOf = categorical[i];
      if (binOf !== undefined) {
        const bin = binOf(value);
        vector[first + bin]!++;
        hash = hashStep(hash, bin);
        continue;
      }
      // The cell of the grid says between which edges the value lies; for most values that is one
      // or none.
      const start = firstEdge[i]!;
      const position = (value - lowest[i]!) * cellsPerUnit[i]!;
      const cell = i * CELL_STRIDE + (position > 0 ? (position < CELLS - 1 ? position | 0 : CELLS - 1) : 0);
      let low = start + cells[cell]!;
      let high = start + cells[cell + 1]!;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (edges[middle]! <= value) low = middle + 1;
        else high = middle;
      }
      const bin = low - start;
      vector[first + bin]!++;
      let z = (value - centre[i]!) * inverse[i]!;
      if (z > LIMIT) z = LIMIT;
      else if (z < -LIMIT) z = -LIMIT;
      const fixed = Math.floor(z * 1048576 + 0.5);
      hash = hashStep(hash, fixed);
      vector[sums + 2 * i]! += fixed;
      vector[sums + 2 * i + 1]! += Math.floor(z * z * 65536 + 0.5);
      const sum = magnitudeSums[first + bin]!;
      if (sum !== 0) {
        addMagnitude(vector, magnitudes[i]! + sum, value);
        // Beyond the limit of sums rows still differ.
        hash = hashStep(hash, fixedPoint((value - centre[i]!) * inverse[i]!));
      }
    }
    const { rows, rowShift, lags } = this.#layout;
    if (rows >= 0) {
      vector[rows + (hashStep(hash, 0) >>> rowShift)]!++;
      vector[lags + lagBinOf(lagMs)]!++;
    }
    // biome-ignore-end lint/style/noNonNullAssertion: see above
    this.n++;
    this.#multivariate?.add(features, offset, rank);
  }

  vector(): IntegerVector {
    let at = this.#layout.multivariate;
    if (this.#multivariate) {
      const sums = this.#multivariate.vector();
      this.#vector.set(sums, at);
      at += sums.length;
    }
    for (const own of this.#own) {
      const entries = own.vector();
      this.#vector.set(entries, at);
      at += entries.length;
    }
    return this.#vector;
  }
}
