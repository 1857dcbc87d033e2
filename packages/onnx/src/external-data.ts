import type { GraphProto, ModelProto, NodeProto, TensorProto } from './generated/onnx_pb.js';
import { TensorProto_DataLocation } from './generated/onnx_pb.js';
import { subgraphsOf } from './subgraphs.ts';

/** A tensor whose values lie in another file. */
export interface ExternalTensor {
  readonly name: string;
  /** The other file, as the model names it. */
  readonly location: string;
}

/** The tensors of a model, wherever they are in it, whose values lie in other files. */
export function externalTensors(model: ModelProto): ExternalTensor[] {
  return tensorsOutside(model).map((tensor) => ({
    name: tensor.name,
    location: externalEntry(tensor, 'location') ?? '',
  }));
}

/** The same as they stand in the model. */
export function tensorsOutside(model: ModelProto): TensorProto[] {
  const nodes = model.functions.flatMap(({ node }) => node);
  const tensors = [...(model.graph ? tensorsOf(model.graph) : []), ...nodes.flatMap(tensorsOfNode)];
  return tensors.filter(({ dataLocation }) => dataLocation === TensorProto_DataLocation.EXTERNAL);
}

/** What a tensor says of where its values lie: `location`, and `offset` and `length` in bytes. */
export function externalEntry(
  { externalData }: TensorProto,
  wanted: 'location' | 'offset' | 'length',
): string | undefined {
  return externalData.find(({ key }) => key === wanted)?.value;
}

function tensorsOf(graph: GraphProto): TensorProto[] {
  const sparse = graph.sparseInitializer.flatMap(({ values, indices }) => [values, indices]);
  return [...graph.initializer, ...sparse, ...graph.node.flatMap(tensorsOfNode)].filter(
    (tensor) => tensor !== undefined,
  );
}

function tensorsOfNode(node: NodeProto): TensorProto[] {
  const own = node.attribute.flatMap(({ t, tensors, sparseTensor, sparseTensors }) => [
    ...(t ? [t] : []),
    ...tensors,
    ...[...(sparseTensor ? [sparseTensor] : []), ...sparseTensors].flatMap(({ values }) => values ?? []),
  ]);
  return [...own, ...subgraphsOf(node).flatMap(tensorsOf)];
}
