import { DriftloopError } from '@driftloop/errors';
import {
  float32Tensor,
  GraphBuilder,
  graphOf,
  parseModel,
  serializeModel,
  tensorDims,
} from '@driftloop/onnx';
import { createRandom, type Random } from '@driftloop/stats';
import { drawWeights } from './initialise.ts';
import { FEATURES, FROZEN, isTrained, MEAN, OUTPUTS } from './names.ts';

/** How adapters are made. */
export interface AdapterOptions {
  /** Width of the bottleneck, at least 1. @default 8 */
  readonly rank?: number;
  readonly seed: number;
}

/**
 * Freezes a model of the factory but for its output layer, and puts a residual adapter behind each
 * hidden layer: h + relu(h·down)·up (Houlsby et al. 2019, arXiv 1902.00751; Rebuffi et al. 2017,
 * arXiv 1705.08045). `up` starts at 0, so the answers are the same at first.
 *
 * @throws DriftloopError SPEC_INVALID when the model has no hidden layer of the factory's, or has
 *   adapters already
 */
export function addAdapters(model: Uint8Array, { rank = 8, seed }: AdapterOptions): Uint8Array {
  const base = graphOf(parseModel(model));
  const random = createRandom(seed);
  const graph = new GraphBuilder({ name: `${base.name}-adapters` });
  const renamed = new Map<string, string>();
  const widths = new Map<string, number>();
  const mean = base.initializer.find(({ name }) => name === MEAN);
  if (mean === undefined || base.initializer.some(({ name }) => name.startsWith(FROZEN))) refuse();
  const isFrozen = (name: string) => isTrained(name) && !name.startsWith('output/');
  graph.input(FEATURES, 'float32', ['batch', tensorDims(mean)[0] ?? 0]);
  for (const tensor of base.initializer) {
    const hidden = /^(hidden\d+)\/bias$/.exec(tensor.name)?.[1];
    if (hidden !== undefined) widths.set(`${hidden}/activation`, tensorDims(tensor)[0] ?? 0);
    const given = tensor.name;
    if (isFrozen(given)) tensor.name = `${FROZEN}${given}`;
    renamed.set(given, graph.initializer(tensor));
  }
  if (widths.size === 0) refuse();
  for (const node of base.node) {
    node.input = node.input.map((name) => renamed.get(name) ?? name);
    graph.append(node);
    const activation = node.output[0] ?? '';
    const width = widths.get(activation);
    if (width === undefined) continue;
    renamed.set(activation, adapter(graph, activation, width, rank, random));
  }
  graph.output(OUTPUTS);
  return serializeModel(graph.build());
}

function adapter(graph: GraphBuilder, hidden: string, width: number, rank: number, random: Random): string {
  const name = hidden.replace(/^hidden(\d+)\/activation$/, 'adapter$1');
  const down = drawWeights(width, rank, 'hidden', 'he', random);
  graph.initializer(float32Tensor(`${name}/down/weight`, [width, rank], down));
  graph.initializer(float32Tensor(`${name}/down/bias`, [rank], new Float32Array(rank)));
  graph.initializer(float32Tensor(`${name}/up/weight`, [rank, width], new Float32Array(rank * width)));
  graph.initializer(float32Tensor(`${name}/up/bias`, [width], new Float32Array(width)));
  const narrow = graph.node('Gemm', [hidden, `${name}/down/weight`, `${name}/down/bias`]);
  const wide = graph.node('Gemm', [graph.node('Relu', [narrow]), `${name}/up/weight`, `${name}/up/bias`]);
  return graph.node('Add', [hidden, wide], {}, `${name}/activation`);
}

function refuse(): never {
  throw new DriftloopError(
    'SPEC_INVALID',
    'Adapters go behind the hidden layers of a model that the factory made, once: give a model of createMlp with a hidden layer.',
  );
}
