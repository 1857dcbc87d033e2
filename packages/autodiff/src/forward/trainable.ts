import type { NodeProto } from '@driftloop/onnx';

/** Inputs that are weights by the operator's meaning. */
const WEIGHT_INPUTS: Readonly<Record<string, readonly number[]>> = {
  BatchNormalization: [1, 2],
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gather: [0],
  Gemm: [0, 1, 2],
  InstanceNormalization: [1, 2],
  LayerNormalization: [1, 2],
  MatMul: [0, 1],
  PRelu: [1],
};

/** Operators that hand an initializer on in another shape. */
const RESHAPING = new Set(['Identity', 'Transpose', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten']);

/**
 * Which of `initializers` (float ones, by name with their dims) act as weights. Matrices, kernels,
 * embeddings and the operands of normalisations do. An addend or a factor does when what it is
 * applied to came from a weight (a bias after MatMul, a scale after a normalisation), so that a
 * standardisation of the inputs, (x − mean)/std or x·scale + offset, stays as it is; so do scalars.
 */
export function weightInitializers(
  nodes: readonly NodeProto[],
  initializers: ReadonlyMap<string, readonly number[]>,
): Set<string> {
  const origin = new Map([...initializers.keys()].map((name) => [name, name]));
  const learned = new Set<string>();
  const weights = new Set<string>();
  for (const node of nodes) {
    const source = origin.get(node.input[0] ?? '');
    if (RESHAPING.has(node.opType) && source !== undefined) {
      origin.set(node.output[0] ?? '', source);
      continue;
    }
    for (const input of weightInputs(node, learned)) {
      const name = origin.get(node.input[input] ?? '');
      const isScalar = name !== undefined && initializers.get(name)?.length === 0;
      if (name !== undefined && !isScalar) weights.add(name);
    }
    const isLearned = node.input.some((name) => learned.has(name) || weights.has(origin.get(name) ?? ''));
    if (isLearned) for (const output of node.output) learned.add(output);
  }
  return weights;
}

function weightInputs(node: NodeProto, learned: ReadonlySet<string>): readonly number[] {
  if (node.opType === 'Add' || node.opType === 'Mul') {
    return [0, 1].filter((input) => learned.has(node.input[1 - input] ?? ''));
  }
  return WEIGHT_INPUTS[node.opType] ?? [];
}
