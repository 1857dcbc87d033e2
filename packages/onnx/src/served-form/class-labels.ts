import { intsAttribute, stringsAttribute, tensorAttribute } from '../attribute.ts';
import {
  type GraphProto,
  type NodeProto,
  type TensorProto,
  TensorProto_DataType,
} from '../generated/onnx_pb.js';
import { tensorToIntegers } from '../tensor.ts';

/** What a file calls a class. */
export type ClassLabel = string | number;

/** Operators that hand labels on. */
const PASSING = new Set(['Cast', 'Flatten', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze']);
/** How far behind an output its names are looked for. */
const MOST_STEPS = 16;

/**
 * Class labels that a file names, in the order of its probabilities: those of its ZipMap or of its
 * classifier, or the list from which its output of labels picks. Undefined when it names none.
 */
export function classLabels(
  graph: Pick<GraphProto, 'node' | 'output' | 'initializer'>,
): ClassLabel[] | undefined {
  // The last one: a composed model names its own classes after those of its parts.
  const named =
    graph.node.findLast(({ opType }) => opType === 'ZipMap') ??
    graph.node.findLast(({ opType }) => /^(Linear|TreeEnsemble|SVM)Classifier$/.test(opType));
  return pickedLabels(graph) ?? (named && labelsOf(named));
}

/** Those that a node itself names. */
export function labelsOf(node: NodeProto): ClassLabel[] | undefined {
  const strings = stringsAttribute(node, 'classlabels_strings');
  if (strings !== undefined && strings.length > 0) return strings;
  const ints = intsAttribute(node, 'classlabels_int64s') ?? intsAttribute(node, 'classlabels_ints');
  return ints !== undefined && ints.length > 0 ? ints : undefined;
}

/**
 * The list of an ArrayFeatureExtractor or Gather by ArgMax that makes an output, as skl2onnx ends.
 */
function pickedLabels({ node, output, initializer }: Pick<GraphProto, 'node' | 'output' | 'initializer'>) {
  const producers = new Map(node.flatMap((one) => one.output.map((name) => [name, one] as const)));
  const behind = (value: string | undefined) => {
    let maker = producers.get(value ?? '');
    for (let i = 0; i < MOST_STEPS && maker !== undefined && PASSING.has(maker.opType); i++)
      maker = producers.get(maker.input[0] ?? '');
    return maker;
  };
  for (const { name } of output) {
    const maker = behind(name);
    if (maker === undefined || !['ArrayFeatureExtractor', 'Gather'].includes(maker.opType)) continue;
    if (behind(maker.input[1])?.opType !== 'ArgMax') continue;
    const list = maker.input[0] ?? '';
    const constant = producers.get(list);
    const tensor =
      initializer.find((one) => one.name === list) ?? (constant && tensorAttribute(constant, 'value'));
    if (tensor !== undefined) return labelsIn(tensor);
  }
  return undefined;
}

function labelsIn(tensor: TensorProto): ClassLabel[] | undefined {
  if (tensor.dataType === TensorProto_DataType.STRING) {
    const decoder = new TextDecoder();
    return tensor.stringData.map((text) => decoder.decode(text));
  }
  const isWhole =
    tensor.dataType === TensorProto_DataType.INT64 || tensor.dataType === TensorProto_DataType.INT32;
  return isWhole ? tensorToIntegers(tensor) : undefined;
}
