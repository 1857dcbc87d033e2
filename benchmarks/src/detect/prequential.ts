import { createPairBayes, type Prediction } from './model.ts';
import { ROWS, type Rows } from './streams.ts';

/** What a model answered to the rows of a stream, each before it learned from it. */
export interface Answers {
  readonly rows: Rows;
  readonly predicted: Uint8Array;
  readonly confidence: Float32Array;
}

/**
 * Test, then train: row by row the model answers and then learns from the label that came, `lag`
 * rows late.
 */
export function answersOf(rows: Rows, lag: number): Answers {
  const model = createPairBayes(rows.categories);
  const predicted = new Uint8Array(ROWS);
  const confidence = new Float32Array(ROWS);
  for (let row = 0; row < ROWS; row++) {
    const answer: Prediction = model.predict(featuresOf(rows, row));
    predicted[row] = answer.predicted;
    confidence[row] = answer.confidence;
    if (row >= lag) model.learn(featuresOf(rows, row - lag), rows.labels[row - lag] ?? 0);
  }
  return { rows, predicted, confidence };
}

/** The features of one row. */
export function featuresOf({ features, width }: Rows, row: number): Float64Array {
  return features.subarray(row * width, (row + 1) * width);
}

/** 1 where the answer was wrong. */
export function errorOf({ predicted, rows }: Answers, row: number): 0 | 1 {
  return predicted[row] === rows.labels[row] ? 0 : 1;
}
