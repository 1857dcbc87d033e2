import { DriftloopError } from '@driftloop/errors';
import { describeValue, type ValueDescription } from '../describe.ts';
import { dataTypeOf, WHOLE_NUMBERS } from '../element-type.ts';
import type { ValueInfoProto } from '../generated/onnx_pb.js';
import type { ClassLabel } from './class-labels.ts';
import { classOrder } from './class-order.ts';
import type { GraphPiece } from './graph-piece.ts';
import { oneHot } from './one-hot.ts';
import type { Candidate, WantedAnswers } from './probabilities.ts';

/** Answers of a file that names a class, or a whole number, for each row and nothing else. */
export function labelsIn(
  given: ValueInfoProto,
  labels: readonly ClassLabel[] | undefined,
  { classes, classNames = [] }: WantedAnswers,
): Candidate[] {
  const { name, type, dims } = describeValue(given);
  const isColumn =
    dims !== undefined && typeof dims[0] === 'string' && dims.slice(1).every((size) => size === 1);
  if (!isColumn || (type !== 'string' && !isWhole(type))) return [];
  if (classes === 0) {
    if (type === 'string') return [];
    const make = (piece: GraphPiece) =>
      piece.node('Cast', [name], { to: dataTypeOf('float32') }, piece.name('answers'));
    return [{ given, width: 1, make, change: `output ${name} is ${type}; it is served as float32` }];
  }
  const keys = keysOf(type === 'string', labels, classes, classNames);
  const change = `output ${name} names a class and no probabilities: the class that it names has probability 1, so that calibration and estimated accuracy say little`;
  return [{ given, width: classes, make: (piece) => oneHot(piece, name, keys), change, isOneHot: true }];
}

/** What an output of labels says for each class of the spec. */
function keysOf(
  areTexts: boolean,
  labels: readonly ClassLabel[] | undefined,
  classes: number,
  names: readonly string[],
): readonly ClassLabel[] {
  const isText = (label: ClassLabel) => typeof label === 'string';
  const told =
    labels?.length === classes && labels.every((label) => isText(label) === areTexts) ? labels : undefined;
  if (told !== undefined) {
    const order = classOrder(told, names);
    return order.map((position) => told[position] ?? position);
  }
  if (areTexts) {
    if (names.length > 0) return names;
    throw new DriftloopError(
      'MODEL_INVALID',
      'the ONNX file answers with names of classes, which neither it nor the spec lists; add them to the spec: "classNames": ["…", "…"]',
    );
  }
  const numbers = names.map((name) => (/\S/.test(name) ? Number(name) : Number.NaN));
  return names.length > 0 && numbers.every(Number.isInteger)
    ? numbers
    : Array.from({ length: classes }, (_, index) => index);
}

function isWhole(type: ValueDescription['type']): boolean {
  return type !== undefined && type !== 'other' && WHOLE_NUMBERS.has(type);
}
