import { floatAttribute, type GraphBuilder, intAttribute, normalizeAxis } from '@driftloop/onnx';
import { type GradientRule, inputOf } from './rule.ts';
import { sumTo } from './sum-to.ts';

/**
 * With fixed statistics y = scale·x̂ + bias, x̂ = (x − mean)/√(variance + ε), per channel (axis 1).
 * Statistics of the batch are written out as operators before (rewriteForTraining) and do not come
 * here.
 */
const batchNormalization: GradientRule = ({ builder, node, gradients: [gradient], needs }) => {
  if (gradient === undefined) return [];
  const [x, scale, , mean, variance] = node.input.map((name) => name);
  const rank = builder.dims(x ?? '').length;
  const perChannel = (value = '') => {
    const axes = Array.from({ length: rank - 2 }, (_, i) => i + 1);
    return axes.length === 0 ? value : builder.node('Unsqueeze', [value, builder.int(axes)]);
  };
  const epsilon = builder.float(floatAttribute(node, 'epsilon', 1e-5));
  const deviation = builder.node('Sqrt', [builder.node('Add', [variance ?? '', epsilon])]);
  const channelSum = (value: string) => {
    const axes = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== 1);
    return builder.node('ReduceSum', [value, builder.int(axes)], { keepdims: 0 });
  };
  const byX = () =>
    builder.node('Mul', [gradient, perChannel(builder.node('Div', [scale ?? '', deviation]))]);
  const byScale = () => {
    const centred = builder.node('Sub', [x ?? '', perChannel(mean)]);
    const product = builder.node('Mul', [gradient, builder.node('Div', [centred, perChannel(deviation)])]);
    return channelSum(product);
  };
  return [
    needs(0) ? byX() : undefined,
    needs(1) ? byScale() : undefined,
    needs(2) ? channelSum(gradient) : undefined,
  ];
};

/**
 * y = scale·x̂ + bias with x̂ = (x − mean)/deviation over the axes from `axis` on (Ba, Kiros and
 * Hinton 2016). With g = dy·scale: dx = (g − mean(g) − x̂·mean(g·x̂))/deviation. The node's second
 * and third outputs are the mean and 1/deviation.
 */
const layerNormalization: GradientRule = ({ builder, node, gradients: [gradient], needs }) => {
  if (gradient === undefined) return [];
  const x = inputOf(node, 0);
  const scale = inputOf(node, 1);
  const bias = node.input[2] ?? '';
  const [, mean = '', inverse = ''] = node.output;
  const rank = builder.dims(x).length;
  const first = normalizeAxis(intAttribute(node, 'axis', -1), rank);
  const axes = Array.from({ length: rank - first }, (_, i) => first + i);
  const normal = builder.node('Mul', [builder.node('Sub', [x, mean]), inverse]);
  const byX = () => {
    const g = builder.node('Mul', [gradient, scale]);
    const share = shareOf(builder, x, mean, axes);
    const average = (value: string) => {
      const sum = builder.node('ReduceSum', [value, builder.int(axes)], { keepdims: 1 });
      return builder.node('Mul', [sum, share]);
    };
    const along = builder.node('Mul', [normal, average(builder.node('Mul', [g, normal]))]);
    const rest = builder.node('Sub', [builder.node('Sub', [g, average(g)]), along]);
    return builder.node('Mul', [rest, inverse]);
  };
  return [
    needs(0) ? byX() : undefined,
    needs(1) ? sumTo(builder, builder.node('Mul', [gradient, normal]), scale) : undefined,
    bias !== '' && needs(2) ? sumTo(builder, gradient, bias) : undefined,
  ];
};

/** 1 / elements that go into each mean. */
function shareOf(builder: GraphBuilder, x: string, mean: string, axes: readonly number[]): string {
  const sizes = axes.map((axis) => builder.dims(x)[axis] ?? 1);
  if (sizes.every((size): size is number => typeof size === 'number')) {
    return builder.float(1 / sizes.reduce((count, size) => count * size, 1));
  }
  const count = (value: string) => builder.node('Cast', [builder.node('Size', [value])], { to: 1 });
  return builder.node('Div', [count(mean), count(x)]);
}

export const normalizationGradients: Readonly<Record<string, GradientRule>> = {
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
};
