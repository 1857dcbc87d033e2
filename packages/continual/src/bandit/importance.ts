import type { StepRunner, TrainingBatch } from '@driftloop/autodiff';
import { gradientMoments } from '../steps/gradient-moments.ts';
import { findLayers, neuronOf } from './neurons.ts';

/**
 * Importance of each weight: that of the synapse (mean squared gradient of the loss, its Fisher
 * information) times that of the neuron it feeds (the same of the neuron's bias, relative to the
 * mean of its layer). A synapse matters when its neuron does.
 */
export async function synapseTimesNeuron(
  runner: StepRunner,
  batches: Iterable<TrainingBatch>,
): Promise<Map<string, Float32Array>> {
  const synapses = await gradientMoments(runner, batches, (gradient) => gradient ** 2);
  const importance = new Map(synapses);
  for (const { weight, axis, bias } of findLayers(runner.parameters)) {
    const neurons = bias && synapses.get(bias.name);
    const own = synapses.get(weight.name);
    if (neurons === undefined || own === undefined) continue;
    const mean = neurons.reduce((sum, value) => sum + value, 0) / neurons.length;
    if (mean === 0) continue;
    const product = own.map((value, i) => (value * neurons[neuronOf(i, weight.dims, axis)]!) / mean);
    importance.set(weight.name, product);
  }
  return importance;
}
