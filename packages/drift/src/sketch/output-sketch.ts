import { chanceOf } from '@driftloop/estimates';
import { probabilityOf } from '@driftloop/spec';
import { derivedOnce } from '../derived-once.ts';
import {
  calibratedChances,
  entropyOf,
  OUTPUT_BITS,
  type OutputLayout,
  outputShapeOf,
} from '../layout/output-layout.ts';
import { edgesBelow } from './edges-below.ts';
import { createEstimateSums } from './estimate-sums.ts';
import { type IntegerVector, toFixed } from './integer-vector.ts';

/** Counts the answers of one version into one integer vector. */
export interface OutputSketch {
  /** Answers so far. */
  readonly n: number;
  /**
   * Counts one answer.
   *
   * @param outputs class probabilities (one per class, or the one of class 1 for a binary model),
   *   the value of a regression, or a number for each of several outputs
   * @param predicted class index, or the value of a regression
   * @param expected what is to be expected of the truth, as answers say it. @default the calibrated
   *   probabilities of classes, nothing of a regression
   */
  add(
    outputs: ArrayLike<number>,
    predicted: number,
    offset?: number,
    width?: number,
    expected?: ArrayLike<number>,
  ): void;
  /** The vector, in the order of `outputShapeOf(layout)`. */
  vector(): IntegerVector;
}

/** What is summed is held within ±64. */
const LIMIT = 64;

/** Creates an empty sketch of a version's answers. */
export function createOutputSketch(layout: OutputLayout): OutputSketch {
  const shape = outputShapeOf(layout);
  const vector = new Float64Array(shape.length);
  const edges = edgesOf(layout);
  const bump = (at: number, by: number): void => {
    vector[at] = (vector[at] ?? 0) + by;
  };
  const addValue = (value: number, output = 0): void => {
    const own = edges[output] as Float32Array;
    const bin = Number.isFinite(value) ? edgesBelow(own, value) : own.length + 1;
    bump((shape.outputBins[output] ?? 0) + bin, 1);
  };
  const estimates = layout.estimates && createEstimateSums(layout.estimates, vector, shape.estimates);
  const chances = new Float64Array(layout.classes === 2 ? 1 : layout.classes);
  const addSum = (i: number, value: number): void => {
    bump(shape.sums + i, toFixed(held(value), OUTPUT_BITS));
  };
  let n = 0;
  return {
    get n() {
      return n;
    },
    add(outputs, predicted, offset = 0, width = outputs.length, given = NOTHING) {
      n++;
      if (layout.outputs) {
        for (let i = 0; i < layout.outputs.length; i++) addValue(outputs[offset + i] ?? Number.NaN, i);
        return;
      }
      if (layout.classes === 0) {
        addValue(predicted);
        if (areLosses(given)) estimates?.addLosses(given);
        return;
      }
      bump(predicted >= 0 && predicted < layout.classes ? Math.floor(predicted) : layout.classes, 1);
      const confidence = probabilityOf(outputs, offset, width, predicted);
      const entropy = entropyOf(outputs, offset, width);
      if (areChances(given, chances.length)) chances.set(given);
      else calibratedChances(layout, outputs, offset, width, chances);
      const expected = chanceOf(chances, predicted);
      estimates?.addClasses(chances, outputs, offset + width - chances.length, predicted);
      addValue(confidence);
      addSum(0, confidence);
      addSum(1, confidence * confidence);
      addSum(2, entropy);
      addSum(3, entropy * entropy);
      addSum(4, expected);
      addSum(5, expected * (1 - expected));
    },
    vector: () => vector.slice(),
  };
}

const NOTHING: readonly number[] = [];
/** Absolute and squared error. */
const LOSSES = 2;

function areLosses(expected: ArrayLike<number>): boolean {
  if (expected.length !== LOSSES) return false;
  for (let i = 0; i < LOSSES; i++) if (!((expected[i] as number) >= 0)) return false;
  return true;
}

/** Whether there is a chance of each class: an answer of another version's width has none. */
function areChances(expected: ArrayLike<number>, classes: number): boolean {
  if (expected.length !== classes || classes === 0) return false;
  for (let k = 0; k < classes; k++) {
    const chance = expected[k] as number;
    if (!(chance >= 0 && chance <= 1)) return false;
  }
  return true;
}

/** Sketches are made for every chunk, their edges once. */
const edgesOf = derivedOnce((layout: OutputLayout): readonly Float32Array[] =>
  (layout.outputs ?? [layout]).map((output) => Float32Array.from(output.edges)),
);

/**
 * A model that answers with anything but probabilities must not spoil the sums: they stay exact for
 * 2^24 rows.
 */
function held(value: number): number {
  return Math.max(-LIMIT, Math.min(LIMIT, value));
}
