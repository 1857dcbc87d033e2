import { create } from '@bufbuild/protobuf';
import type { Attributes } from '../attribute.ts';
import { copyModel } from '../copy.ts';
import {
  type GraphProto,
  type ModelProto,
  type NodeProto,
  OperatorSetIdProtoSchema,
  type TensorProto,
} from '../generated/onnx_pb.js';
import { createNode } from '../graph-builder.ts';
import { graphOf, importedOpset, WRITTEN_OPSET } from '../model.ts';
import { nodesWithin } from '../subgraphs.ts';
import { float32Tensor, int64Tensor } from '../tensor.ts';

/** The oldest version of ai.onnx.ml whose LabelEncoder maps any numbers to any texts. */
const ENCODER_VERSION = 2;

/** Nodes that are put before or behind a file's own, in its operator sets. */
export interface GraphPiece {
  /** The version of ai.onnx.ml that its nodes are of. */
  readonly classicalOpset: number;
  readonly nodes: readonly NodeProto[];
  /** Adds a node with one output; returns the output's name, the one wanted where it is free. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes?: Attributes,
    output?: string,
    domain?: string,
  ): string;
  ints(values: readonly number[], dims?: readonly number[]): string;
  floats(values: readonly number[], dims?: readonly number[]): string;
  /** A name that no value has. */
  name(wanted: string): string;
}

/** @param model whose names are taken and whose operator sets are used */
export function createPiece(model: ModelProto): GraphPiece {
  const taken = namesOf(graphOf(model));
  const classical = model.opsetImport.find(({ domain }) => domain === 'ai.onnx.ml');
  const nodes: NodeProto[] = [];
  const name = (wanted: string) => {
    let free = wanted;
    for (let i = 1; taken.has(free); i++) free = `${wanted}_${i}`;
    taken.add(free);
    return free;
  };
  const node: GraphPiece['node'] = (operator, inputs, attributes = {}, output, domain = '') => {
    const made = output ?? name(operator.toLowerCase());
    nodes.push(createNode(operator, inputs, [made], attributes, domain));
    return made;
  };
  // Nodes, since initializers have to be inputs as well in files before IR version 4.
  const constant = (tensor: TensorProto) => node('Constant', [], { value: { tensor } });
  return {
    classicalOpset: Number(classical?.version ?? ENCODER_VERSION),
    nodes,
    node,
    name,
    ints: (values, dims) => constant(int64Tensor('', values, dims)),
    floats: (values, dims = [values.length]) => constant(float32Tensor('', dims, Float32Array.from(values))),
  };
}

/** Of values and of nodes, which take the name of what they make. */
function namesOf(graph: GraphProto): Set<string> {
  return new Set([
    ...[...graph.input, ...graph.output, ...graph.initializer].map(({ name }) => name),
    ...nodesWithin(graph).flatMap(({ name, input, output }) => [name, ...input, ...output]),
  ]);
}

/** A model that imports the operator sets that nodes are of, besides its own. */
export function importing(model: ModelProto, nodes: readonly NodeProto[]): ModelProto {
  const missing = (domain: string, version: number) =>
    nodes.some((node) => node.domain === domain) &&
    (domain === ''
      ? importedOpset(model) === undefined
      : !model.opsetImport.some((one) => one.domain === domain))
      ? [create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) })]
      : [];
  const added = [...missing('', WRITTEN_OPSET), ...missing('ai.onnx.ml', ENCODER_VERSION)];
  return added.length === 0 ? model : copyModel(model, { opsetImport: [...model.opsetImport, ...added] });
}
