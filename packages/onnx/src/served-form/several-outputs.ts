import { describeValue } from '../describe.ts';
import { dataTypeOf } from '../element-type.ts';
import type { GraphProto, NodeProto, ValueInfoProto } from '../generated/onnx_pb.js';
import { labelsOf } from './class-labels.ts';
import type { GraphPiece } from './graph-piece.ts';
import type { Candidate } from './probabilities.ts';

const FLOATS: ReadonlySet<string> = new Set(['float32', 'float64', 'float16', 'bfloat16']);
const WHOLE: ReadonlySet<string> = new Set(['int64', 'int32', 'bool', 'uint8', 'int8']);

/**
 * Answers of several numbers that a file does not give as one tensor [rows, outputs]: an output for
 * each, by their names or in their order; a list or a stack of two probabilities for each, as
 * scikit-learn's multi-output classifiers end; labels that apply as 0 and 1; or a tensor that is
 * declared narrower than it is.
 *
 * @param names of the spec's outputs
 * @param areLabels whether each number is the probability of a label
 * @returns the likeliest first
 */
export function severalOutputs(graph: GraphProto, names: readonly string[], areLabels: boolean): Candidate[] {
  const columns = columnPerOutput(graph, names);
  const found = graph.output.flatMap((given) => [
    ...(areLabels ? probabilitiesPerLabel(graph, given, names.length) : []),
    ...(columns ? [] : undeclared(given, names.length)),
  ]);
  const labels = areLabels ? graph.output.flatMap((given) => labelsThatApply(given, names.length)) : [];
  return [...(columns ? [columns] : []), ...found, ...labels];
}

/** Outputs of one number each. */
function columnPerOutput(graph: GraphProto, names: readonly string[]): Candidate | undefined {
  const single = graph.output.filter((output) => {
    const { type, dims } = describeValue(output);
    const [rows, ...inner] = dims ?? [];
    return FLOATS.has(type ?? '') && typeof rows === 'string' && inner.every((size) => size === 1);
  });
  const byName = names.map((name) => single.find((output) => output.name === name));
  const taken = byName.every((output) => output !== undefined)
    ? byName
    : single.length === names.length
      ? single
      : [];
  const [given] = taken;
  if (given === undefined || taken.length < 2) return undefined;
  const make = (piece: GraphPiece) => {
    const parts = taken.map(({ name }) => {
      const column = piece.node('Reshape', [name, piece.ints([-1, 1])]);
      return piece.node('Cast', [column], { to: dataTypeOf('float32') });
    });
    return piece.node('Concat', parts, { axis: 1 }, piece.name('answers'));
  };
  const change = `outputs ${taken.map(({ name }) => name).join(', ')} are joined and served as ${names.join(', ')}`;
  return { given, width: taken.length, make, change };
}

/** Two probabilities for each label, that it does not apply and that it does. */
function probabilitiesPerLabel(graph: GraphProto, given: ValueInfoProto, width: number): Candidate[] {
  const { name } = given;
  const maker = graph.node.find(({ output }) => output.includes(name));
  if (maker?.opType === 'ZipMap' && labelsOf(maker)?.length === width) {
    const [tensor = ''] = maker.input;
    const change = `output ${name} holds dictionaries; the probabilities in them are served`;
    return [{ given, width, make: () => tensor, change }];
  }
  if (maker?.opType === 'SequenceConstruct' && maker.input.length === width && areYesOrNo(graph)) {
    const make = (piece: GraphPiece) => {
      const parts = maker.input.map((one) => piece.node('Gather', [one, piece.ints([1])], { axis: 1 }));
      return piece.node('Concat', parts, { axis: 1 }, piece.name('answers'));
    };
    const change = `output ${name} is a list of probabilities; those that a label applies are served`;
    return [{ given, width, make, change }];
  }
  const { type, dims } = describeValue(given);
  if (type !== 'float32' || dims?.length !== 3 || dims[0] !== width || dims[2] !== 2) return [];
  const make = (piece: GraphPiece) => {
    const applying = piece.node('Gather', [name, piece.ints([1])], { axis: 2 });
    const rows = piece.node('Transpose', [applying], { perm: [1, 0, 2] });
    return piece.node('Reshape', [rows, piece.ints([-1, width])], {}, piece.name('answers'));
  };
  return [{ given, width, make, change: `output ${name} [${dims}] is made [rows, ${width}]` }];
}

/** Whether every classifier in a file tells two classes apart. */
function areYesOrNo({ node }: GraphProto): boolean {
  return node.every((one: NodeProto) => (labelsOf(one)?.length ?? 2) === 2);
}

/** A float tensor whose width is said to be 1, as skl2onnx declares forests of several targets. */
function undeclared(given: ValueInfoProto, width: number): Candidate[] {
  const { name, type, dims } = describeValue(given);
  if (type !== 'float32' || dims?.length !== 2 || typeof dims[0] !== 'string' || dims[1] !== 1) return [];
  const make = (piece: GraphPiece) => piece.node('Identity', [name], {}, piece.name('answers'));
  return [
    { given, width, make, change: `output ${name} is declared [rows, 1] and read as [rows, ${width}]` },
  ];
}

/** Labels as 0 and 1, where no output has probabilities. */
function labelsThatApply(given: ValueInfoProto, width: number): Candidate[] {
  const { name, type, dims } = describeValue(given);
  if (!WHOLE.has(type ?? '') || dims?.length !== 2 || dims[1] !== width) return [];
  const make = (piece: GraphPiece) =>
    piece.node('Cast', [name], { to: dataTypeOf('float32') }, piece.name('answers'));
  const change = `output ${name} names the labels that apply and no probabilities: these have probability 1`;
  return [{ given, width, make, change }];
}
