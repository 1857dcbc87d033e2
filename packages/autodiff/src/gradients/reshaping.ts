import { type GradientRule, inputOf, unaryRule } from './rule.ts';

/** The gradient in the input's shape: what every operator that only changes shapes needs. */
const backToInput = unaryRule(({ builder, node }, gradient) => {
  const input = inputOf(node, 0);
  const dims = builder.dims(input);
  const free = dims.filter((dim) => typeof dim === 'string').length;
  const shape =
    free <= 1
      ? builder.int(dims.map((dim) => (typeof dim === 'string' ? -1 : dim)))
      : builder.node('Shape', [input]);
  return builder.node('Reshape', [gradient, shape]);
});

const identity = unaryRule((_, gradient) => gradient);

/** Operators that change the shape and not the elements. */
export const reshapingGradients: Readonly<Record<string, GradientRule>> = {
  Flatten: backToInput,
  Identity: identity,
  Reshape: backToInput,
  Squeeze: backToInput,
  Unsqueeze: backToInput,
};
