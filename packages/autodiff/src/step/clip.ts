import type { GraphBuilder } from '@driftloop/onnx';

/**
 * Scales all gradients by min(1, limit / (norm + 1e-6)) of their common L2 norm, the form of
 * PyTorch's clip_grad_norm_.
 */
export function clipGradients(
  builder: GraphBuilder,
  gradients: ReadonlyMap<string, string>,
  limit: number,
): Map<string, string> {
  const squares = [...gradients.values()].map((gradient) =>
    builder.node('ReduceSum', [builder.node('Mul', [gradient, gradient])], { keepdims: 0 }),
  );
  const norm = builder.node('Sqrt', [squares.reduce((sum, value) => builder.node('Add', [sum, value]))]);
  const ratio = builder.node('Div', [builder.float(limit), builder.node('Add', [norm, builder.float(1e-6)])]);
  const factor = builder.node('Min', [ratio, builder.float(1)]);
  return new Map([...gradients].map(([name, gradient]) => [name, builder.node('Mul', [gradient, factor])]));
}
