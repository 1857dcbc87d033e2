import { DriftloopError } from '@driftloop/errors';
import {
  dataTypeOf,
  float32Tensor,
  floatsAttribute,
  type GraphBuilder,
  intsAttribute,
  type NodeProto,
  nodeLabel,
  stringAttribute,
  stringsAttribute,
} from '@driftloop/onnx';
import type { FileContext } from './file-context.ts';
import { emitShare } from './shares.ts';

/**
 * Preprocessing and linear models as scikit-learn's converter writes them (operators of domain
 * ai.onnx.ml).
 */
const LOWERINGS: Readonly<
  Record<string, (builder: GraphBuilder, node: NodeProto, context: FileContext) => void>
> = {
  LinearClassifier: lowerLinearClassifier,
  LinearRegressor: lowerLinearRegressor,
  Normalizer: lowerNormalizer,
  Scaler: lowerScaler,
};

/**
 * Writes a node of ai.onnx.ml as operators of the default domain whose weights are initializers.
 * False when it is no such node.
 */
export function lowerClassical(builder: GraphBuilder, node: NodeProto, context: FileContext): boolean {
  const lowering = node.domain === 'ai.onnx.ml' ? LOWERINGS[node.opType] : undefined;
  if (lowering === undefined) return false;
  lowering(builder, node, context);
  context.changes.add(`node ${nodeLabel(node)} is written as operators that can be trained`);
  return true;
}

/** scores = X·Wᵀ + b, then the post-transform; the label output is not made. */
function lowerLinearClassifier(builder: GraphBuilder, node: NodeProto): void {
  const [x = '', output = ''] = [node.input[0], node.output[1]];
  const { weights, bias, rows } = coefficients(node);
  const transform = stringAttribute(node, 'post_transform', 'NONE');
  const isPair = transform === 'LOGISTIC' && (rows === 1 || (rows === 2 && isMirrored(weights, bias)));
  if (isPair) {
    // One score z whose answers are [1 − σ(z), σ(z)]: the last row, which may be the only one.
    const width = weights.length / rows;
    const last = weights.slice((rows - 1) * width);
    const score = product(builder, node, x, last, bias.slice(rows - 1));
    const positive = builder.node('Sigmoid', [score]);
    const negative = builder.node('Sub', [builder.float(1), positive]);
    builder.node('Concat', [negative, positive], { axis: 1 }, output);
    return;
  }
  if (rows === 1 || !['NONE', 'SOFTMAX', 'LOGISTIC'].includes(transform)) {
    throw new DriftloopError(
      'OPERATOR_UNSUPPORTED',
      `node ${nodeLabel(node)} has ${rows} row(s) of coefficients and post_transform ${transform}; convert the model with probabilities`,
    );
  }
  if (transform === 'NONE') product(builder, node, x, weights, bias, output);
  else {
    const scores = product(builder, node, x, weights, bias);
    if (transform === 'SOFTMAX') builder.node('Softmax', [scores], { axis: 1 }, output);
    else builder.node('Sigmoid', [scores], {}, output);
  }
}

function lowerLinearRegressor(builder: GraphBuilder, node: NodeProto): void {
  const transform = stringAttribute(node, 'post_transform', 'NONE');
  if (transform !== 'NONE')
    throw new DriftloopError(
      'OPERATOR_UNSUPPORTED',
      `node ${nodeLabel(node)} has post_transform ${transform}`,
    );
  const { weights, bias } = coefficients(node);
  product(builder, node, node.input[0] ?? '', weights, bias, node.output[0]);
}

function coefficients(node: NodeProto): { weights: Float32Array; bias: Float32Array; rows: number } {
  const weights = Float32Array.from(floatsAttribute(node, 'coefficients') ?? []);
  const given = Float32Array.from(floatsAttribute(node, 'intercepts') ?? []);
  const labels = (
    intsAttribute(node, 'classlabels_ints') ??
    stringsAttribute(node, 'classlabels_strings') ??
    []
  ).length;
  // Without intercepts the classes tell how many rows there are; a regressor's default is one.
  const rows = given.length || (labels === 2 ? 1 : labels) || 1;
  return { weights, bias: given.length > 0 ? given : new Float32Array(rows), rows };
}

/** Whether the first of two rows is the second one's opposite, so that σ of both adds up to 1. */
function isMirrored(weights: Float32Array, bias: Float32Array): boolean {
  const width = weights.length / 2;
  return (
    Math.abs((bias[0] ?? 0) + (bias[1] ?? 0)) <= 1e-6 * Math.abs(bias[1] ?? 0) &&
    weights.subarray(0, width).every((value, i) => value === -(weights[width + i] ?? 0))
  );
}

/** X·Wᵀ + b with W [rows, features] and b as initializers named after the node. */
function product(
  builder: GraphBuilder,
  node: NodeProto,
  x: string,
  weights: Float32Array,
  bias: Float32Array,
  output?: string,
): string {
  const name = node.name || node.output.at(-1) || node.opType;
  const rows = bias.length;
  const w = builder.initializer(
    float32Tensor(`${name}/coefficients`, [rows, weights.length / rows], weights),
  );
  const b = builder.initializer(float32Tensor(`${name}/intercepts`, [rows], bias));
  return builder.node('Gemm', [asFloats(builder, x), w, b], { transB: 1 }, output);
}

/** These operators take whole numbers and doubles too; what they are written as does not. */
function asFloats(builder: GraphBuilder, x: string): string {
  const type = builder.infoIfKnown(x)?.type ?? 'float32';
  return type === 'float32' ? x : builder.node('Cast', [x], { to: dataTypeOf('float32') });
}

/** (x − offset)·scale, per feature or for all alike. */
function lowerScaler(builder: GraphBuilder, node: NodeProto): void {
  const constant = (attribute: string, fallback: number) => {
    const values = floatsAttribute(node, attribute) ?? [fallback];
    const name = `${node.name || node.output[0]}/${attribute}`;
    return builder.initializer(float32Tensor(name, [values.length], Float32Array.from(values)));
  };
  const centred = builder.node('Sub', [asFloats(builder, node.input[0] ?? ''), constant('offset', 0)]);
  builder.node('Mul', [centred, constant('scale', 1)], {}, node.output[0]);
}

/** Rows divided by their norm. Probabilities that already add up to 1 stay as they are. */
function lowerNormalizer(builder: GraphBuilder, node: NodeProto, { producers }: FileContext): void {
  const [x = '', output = ''] = [node.input[0], node.output[0]];
  const norm = stringAttribute(node, 'norm', 'MAX');
  const maker = producers.get(x);
  if (norm === 'L1' && maker?.opType === 'LinearClassifier') {
    const transform = stringAttribute(maker, 'post_transform', 'NONE');
    if (transform === 'SOFTMAX') {
      builder.node('Identity', [x], {}, output);
      return;
    }
    if (transform === 'LOGISTIC') {
      emitShare(builder, x, output);
      return;
    }
  }
  const operator = { L1: 'ReduceL1', L2: 'ReduceL2', MAX: 'ReduceMax' }[norm];
  if (operator === undefined)
    throw new DriftloopError('OPERATOR_UNSUPPORTED', `node ${nodeLabel(node)} has the unknown norm ${norm}`);
  const floats = asFloats(builder, x);
  // Since opset 18 the axes of these are an input.
  const size =
    builder.opset < 18
      ? builder.node(operator, [floats], { axes: [1] })
      : builder.node(operator, [floats, builder.int([1])]);
  builder.node('Div', [floats, size], {}, output);
}
