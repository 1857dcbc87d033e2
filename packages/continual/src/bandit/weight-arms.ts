import type { StepRunner } from '@driftloop/autodiff';
import { findLayers, type Layer, neuronOf, type ParameterShape } from './neurons.ts';

/** Neuron groups that hidden layers are cut into. */
const GROUPS = 3;

/** Sets of weights that may be updated while the others rest. */
export interface WeightArms {
  /** Share of all weights that each arm updates; arm 0 is everything. */
  readonly shares: readonly number[];
  /** Lets only the arm's weights be updated from now on. */
  choose(arm: number): void;
}

/**
 * Arms: everything, each layer alone, and each group of hidden neurons (their weights and biases)
 * with the last layer.
 */
export function createWeightArms(runner: StepRunner): WeightArms {
  const layers = findLayers(runner.parameters);
  const everything = maskOf(runner.parameters, () => true);
  const masks = [everything];
  const isIn = (layer: Layer, name: string) => layer.weight.name === name || layer.bias?.name === name;
  if (layers.length > 1) {
    for (const layer of layers) masks.push(maskOf(runner.parameters, ({ name }) => isIn(layer, name)));
    const last = layers.at(-1)!;
    for (let group = 0; group < GROUPS; group++) {
      masks.push(
        maskOf(runner.parameters, (parameter, index) => {
          const { name, dims } = parameter;
          if (isIn(last, name)) return true;
          const layer = layers.find((candidate) => isIn(candidate, name));
          if (layer === undefined) return false;
          const neuron = layer.bias?.name === name ? index : neuronOf(index, dims, layer.axis);
          return neuron % GROUPS === group;
        }),
      );
    }
  }
  const size = (mask: ReadonlyMap<string, Float32Array>) => {
    let sum = 0;
    for (const values of mask.values()) for (const value of values) sum += value;
    return sum;
  };
  const total = size(everything);
  let present = 0;
  return {
    shares: masks.map((mask) => size(mask) / total),
    choose(arm) {
      if (arm !== present) runner.setMasks(masks[arm]!);
      present = arm;
    },
  };
}

function maskOf(
  parameters: readonly ParameterShape[],
  isUpdated: (parameter: ParameterShape, index: number) => boolean,
): Map<string, Float32Array> {
  return new Map(
    parameters.map((parameter) => {
      const size = parameter.dims.reduce((product, dim) => product * dim, 1);
      const mask = Float32Array.from({ length: size }, (_, index) => (isUpdated(parameter, index) ? 1 : 0));
      return [parameter.name, mask];
    }),
  );
}
