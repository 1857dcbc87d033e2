/** A parameter as the step runner describes it. */
export interface ParameterShape {
  readonly name: string;
  readonly dims: readonly number[];
}

/**
 * A weight with the axis along which its neurons (units, channels) lie, and the bias that belongs
 * to them.
 */
export interface Layer {
  readonly weight: ParameterShape;
  readonly axis: number;
  readonly neurons: number;
  readonly bias: ParameterShape | undefined;
}

/**
 * Finds layers among parameters in graph order: a weight is a parameter of rank 2 or more, its bias
 * the next vector whose length is one of its dims. Without a bias neurons are the last axis of a
 * matrix (x·W) and the first of a convolution's kernel.
 */
export function findLayers(parameters: readonly ParameterShape[]): Layer[] {
  const layers: Layer[] = [];
  parameters.forEach((weight, position) => {
    const { dims } = weight;
    if (dims.length < 2) return;
    const next = parameters.slice(position + 1).find((other) => other.dims.length < 2);
    const length = next?.dims[0] ?? 0;
    const usual = dims.length === 2 ? 1 : 0;
    const axis = dims[usual] === length ? usual : dims.indexOf(length);
    const bias = axis < 0 ? undefined : next;
    layers.push({ weight, axis: axis < 0 ? usual : axis, neurons: dims[axis < 0 ? usual : axis]!, bias });
  });
  return layers;
}

/** The neuron that element `index` of a tensor belongs to. */
export function neuronOf(index: number, dims: readonly number[], axis: number): number {
  let stride = 1;
  for (let i = axis + 1; i < dims.length; i++) stride *= dims[i]!;
  return Math.floor(index / stride) % dims[axis]!;
}
