import { createExpecter, type Expectation } from '@driftloop/estimates';
import type { ReferenceProfile } from './reference-profile.ts';

/** What answers of a version say is to be expected of the truth. */
export interface AnswerExpectation {
  /** Numbers per row that it says: see the field `expected` of an answer. */
  readonly width: number;
  /**
   * Says it of rows side by side.
   *
   * @param features row-major @param outputs row-major, `outputWidth` a row
   * @returns rows × width; undefined for answers of another width than the reference's
   */
  of(
    features: Float32Array,
    outputs: Float32Array,
    outputWidth: number,
    rows: number,
  ): Float32Array<ArrayBuffer> | undefined;
}

/**
 * What a version's profile says of its answers.
 *
 * @param rowWidth numbers of a row of the spec
 * @returns undefined for profiles that know nothing of it, or are of rows of another width
 */
export function answerExpectation(
  { outputs: { performance } }: Pick<ReferenceProfile, 'outputs'>,
  rowWidth: number,
): AnswerExpectation | undefined {
  const expectation: Expectation | undefined = performance?.expectation;
  if (expectation?.width !== rowWidth) return undefined;
  const expect = createExpecter(expectation);
  const width = expectation.parts.length;
  return {
    width,
    of(features, outputs, outputWidth, rows) {
      if (outputWidth !== expectation.outputs) return undefined;
      const expected = new Float32Array(rows * width);
      for (let row = 0; row < rows; row++)
        expect(features, row * rowWidth, outputs, row * outputWidth, expected, row * width);
      return expected;
    },
  };
}
