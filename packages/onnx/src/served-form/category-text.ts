import { DriftloopError } from '@driftloop/errors';
import { dataTypeOf } from '../element-type.ts';
import type { ModelProto } from '../generated/onnx_pb.js';
import { importedOpset } from '../model.ts';
import type { GraphPiece } from './graph-piece.ts';
import { substitutes } from './texts.ts';

/** The oldest opset that can tell a missing number. */
const IS_NAN_OPSET = 9;

/**
 * The texts [rows, 1] of a column of category indices: NaN is the text of a missing value, an index
 * that is none the text of an unknown one.
 *
 * @param fileTexts all texts in the file
 * @throws DriftloopError MODEL_INVALID for a file before opset 9
 */
export function categoryText(
  piece: GraphPiece,
  model: ModelProto,
  rows: string,
  fileTexts: ReadonlySet<string>,
  { column, categories }: { readonly column: number; readonly categories: readonly string[] },
  output?: string,
): string {
  const opset = importedOpset(model);
  if (opset !== undefined && opset < IS_NAN_OPSET)
    throw new DriftloopError(
      'MODEL_INVALID',
      `the model takes texts and has opset ${opset}; export it again with opset ${IS_NAN_OPSET} or later`,
    );
  const { missing, unknown } = substitutes(fileTexts, categories);
  const values = piece.node('Gather', [rows, piece.ints([column])], { axis: 1 });
  // What a NaN becomes as an integer depends on the machine: it gets the index behind the last.
  const isMissing = piece.node('IsNaN', [values]);
  const known = piece.node('Where', [isMissing, piece.floats([categories.length]), values]);
  const indices = piece.node('Cast', [known], { to: dataTypeOf('int64') });
  const texts = [...categories, missing];
  const attributes =
    piece.classicalOpset < 2
      ? { classes_strings: { strings: texts }, default_string: unknown }
      : {
          keys_int64s: texts.map((_, index) => index),
          values_strings: { strings: texts },
          default_string: unknown,
        };
  return piece.node('LabelEncoder', [indices], attributes, output, 'ai.onnx.ml');
}
