import { describeValue, type ValueDescription } from '../describe.ts';
import { dataTypeOf } from '../element-type.ts';
import type { GraphProto, ValueInfoProto } from '../generated/onnx_pb.js';
import { type ClassLabel, labelsOf } from './class-labels.ts';
import type { GraphPiece } from './graph-piece.ts';

/** What a spec wants of a file's answers. */
export interface WantedAnswers {
  /** Numbers that an answer may have. */
  readonly widths: readonly number[];
  /** 0 for a regression. */
  readonly classes: number;
  /** Names of the classes in the order of the answers. @default the file's */
  readonly classNames?: readonly string[] | undefined;
  /** Several numbers of an answer that are no classes. @default none */
  readonly outputs?: { readonly names: readonly string[]; readonly areLabels: boolean } | undefined;
}

/** An output with what makes answers of it. */
export interface Candidate {
  readonly given: ValueInfoProto;
  readonly width: number | undefined;
  /** Undefined where the output is answers as it is. */
  readonly make?: (piece: GraphPiece) => string;
  readonly change?: string;
  readonly isOneHot?: boolean;
}

/** An output for each class, called after it, as skl2onnx writes them with zipmap='columns'. */
export function columnPerClass(
  graph: GraphProto,
  labels: readonly ClassLabel[] | undefined,
  { classes }: WantedAnswers,
): Candidate | undefined {
  const floats = graph.output.filter((output) => {
    const { type, dims } = describeValue(output);
    return type === 'float32' && dims !== undefined && dims.slice(1).every((size) => size === 1);
  });
  const [given] = floats;
  if (given === undefined || labels === undefined || labels.length !== classes || floats.length !== classes)
    return undefined;
  if (!floats.every(({ name }, i) => name.endsWith(String(labels[i])))) return undefined;
  const make = (piece: GraphPiece) => {
    const parts = floats.map(({ name }) => piece.node('Reshape', [name, piece.ints([-1, 1])]));
    return piece.node('Concat', parts, { axis: 1 }, piece.name('answers'));
  };
  const change = `outputs ${floats.map(({ name }) => name).join(', ')} are joined, one column for each class`;
  return { given, width: classes, make, change };
}

/** What an output gives if it holds probabilities or values: one candidate, or none. */
export function probabilitiesIn(
  graph: GraphProto,
  given: ValueInfoProto,
  { widths, classes }: WantedAnswers,
): Candidate[] {
  const value = describeValue(given);
  const maker = graph.node.find(({ output }) => output.includes(given.name));
  if (maker?.opType === 'ZipMap') {
    const [tensor = ''] = maker.input;
    const change = `output ${given.name} holds dictionaries; the probabilities in them are served`;
    return labelsOf(maker)?.length === classes ? [{ given, width: classes, make: () => tensor, change }] : [];
  }
  const width = fittingWidth(value, widths);
  if (width === undefined) return [];
  const { type, dims } = value;
  const inner = dims?.slice(1);
  const isFlat = inner === undefined || inner.length < 2;
  if (type === undefined || type === 'float32') {
    if (isFlat) return [{ given, width: widthIn(inner) }];
    const make = (piece: GraphPiece) =>
      piece.node('Reshape', [given.name, piece.ints([-1, width])], {}, piece.name('answers'));
    return [{ given, width, make, change: `output ${given.name} [${dims}] is made [rows, ${width}]` }];
  }
  if (type !== 'float64' && type !== 'float16' && type !== 'bfloat16') return [];
  const make = (piece: GraphPiece) => {
    const flat = isFlat ? given.name : piece.node('Reshape', [given.name, piece.ints([-1, width])]);
    return piece.node('Cast', [flat], { to: dataTypeOf('float32') }, piece.name('answers'));
  };
  const change = `output ${given.name} is ${type}; it is served as float32`;
  return [{ given, width: isFlat ? widthIn(inner) : width, make, change }];
}

/** The width that an output has, or may have where it is open; undefined when it does not fit. */
function fittingWidth({ dims }: ValueDescription, widths: readonly number[]): number | undefined {
  if (dims === undefined) return widths[0];
  const [rows, ...inner] = dims;
  // A fixed number of rows cannot take batches as they come; a vector of rows is a column.
  if (rows === undefined || typeof rows === 'number') return undefined;
  if (inner.length === 1 && typeof inner[0] === 'string') return widths[0];
  const width = inner.reduce<number>((product, size) => product * Number(size), 1);
  return widths.includes(width) ? width : undefined;
}

function widthIn(inner: readonly (number | string)[] | undefined): number | undefined {
  const [width = inner && 1] = inner ?? [];
  return typeof width === 'number' ? width : undefined;
}
