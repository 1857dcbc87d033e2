import { dataTypeOf } from '../element-type.ts';
import type { ClassLabel } from './class-labels.ts';
import type { GraphPiece } from './graph-piece.ts';

/**
 * Labels [rows] or [rows, 1] as [rows, keys] of floats: 1 under the key that a label is, 0
 * elsewhere.
 * @param keys all texts or all whole numbers, as the labels are
 */
export function oneHot(piece: GraphPiece, labels: string, keys: readonly ClassLabel[]): string {
  const texts = keys.filter((key) => typeof key === 'string');
  const positions = keys.map((_, index) => index);
  const isText = texts.length > 0;
  const numbers = isText
    ? piece.node(
        'LabelEncoder',
        [labels],
        encoderAttributes(piece, texts, positions),
        undefined,
        'ai.onnx.ml',
      )
    : piece.node('Cast', [labels], { to: dataTypeOf('int64') });
  const column = piece.node('Reshape', [numbers, piece.ints([-1, 1])]);
  const wanted = piece.ints(isText ? positions : keys.map(Number), [1, keys.length]);
  const equal = piece.node('Equal', [column, wanted]);
  return piece.node('Cast', [equal], { to: dataTypeOf('float32') }, piece.name('answers'));
}

function encoderAttributes(
  { classicalOpset }: GraphPiece,
  texts: readonly string[],
  positions: readonly number[],
) {
  return classicalOpset < 2
    ? { classes_strings: { strings: texts }, default_int64: -1 }
    : { keys_strings: { strings: texts }, values_int64s: positions, default_int64: -1 };
}
