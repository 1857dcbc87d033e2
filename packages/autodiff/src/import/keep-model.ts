import {
  classLabels,
  copyGraph,
  copyModel,
  createNode,
  createValueInfo,
  declaredInfo,
  graphOf,
  type ModelProto,
  parseModel,
  serializeModel,
} from '@driftloop/onnx';
import type { ImportedModel } from './import-model.ts';
import { areScores } from './scores.ts';

/**
 * A file that is served node by node as it is, for those that {@link importModel} cannot write
 * anew: all outputs but one are left out, and a classifier that ends in a linear layer gets its
 * softmax or sigmoid.
 *
 * @param options.output the output to keep
 * @param options.classifier the output stands for classes
 * @throws DriftloopError MODEL_INVALID when the file cannot be read
 */
export function keepModel(
  bytes: Uint8Array,
  options: { readonly output: string; readonly classifier: boolean },
): ImportedModel {
  const model = parseModel(bytes);
  const graph = graphOf(model);
  const changes: string[] = [];
  const given = graph.output.find(({ name }) => name === options.output);
  if (given === undefined) return { model: bytes, changes };
  if (graph.output.length > 1)
    changes.push(`kept ${given.name} of the outputs ${graph.output.map(({ name }) => name).join(', ')}`);
  if (given.type === undefined) changes.push(`output ${given.name} declares its type`);
  const kept = given.type === undefined ? createValueInfo(given.name, { type: 'float32' }) : given;
  const output = options.classifier
    ? (probabilitiesOf(model, kept) ?? { value: kept, nodes: [] })
    : undefined;
  if (output && output.nodes.length > 0)
    changes.push(`${output.nodes[0]?.opType} makes probabilities of ${given.name}`);
  const classes = classLabels(graph);
  const named = classes ? { classes } : {};
  if (changes.length === 0) return { model: bytes, changes, ...named };
  const node = [...graph.node, ...(output?.nodes ?? [])];
  const changed = copyModel(model, {
    graph: copyGraph(graph, { node, output: [output?.value ?? kept] }),
  });
  return { model: serializeModel(changed), changes, ...named };
}

/** The activation that a classifier lacks, where the file tells how many classes there are. */
function probabilitiesOf(model: ModelProto, output: Parameters<typeof declaredInfo>[0]) {
  const graph = graphOf(model);
  const producers = new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const dims = declaredInfo(output)?.dims ?? [];
  const width = dims[1];
  const names = new Set(graph.node.flatMap((node) => node.output));
  const name = `${output.name}_probability`;
  if (dims.length !== 2 || typeof width !== 'number' || names.has(name)) return undefined;
  if (!areScores(output.name, producers)) return undefined;
  // Axis 1 says the same in every opset.
  const node =
    width === 1
      ? createNode('Sigmoid', [output.name], [name])
      : createNode('Softmax', [output.name], [name], { axis: 1 });
  return { value: createValueInfo(name, { type: 'float32', dims }), nodes: [node] };
}
