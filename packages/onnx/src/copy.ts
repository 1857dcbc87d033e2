import { create } from '@bufbuild/protobuf';
import {
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
} from './generated/onnx_pb.js';

type Changes<T> = Partial<Omit<T, '$typeName' | '$unknown'>>;

// Spreading a message loses the prototype that holds its defaults, so copies go through `create`.
// Nested messages are shared.

/** A node like another, with some fields changed. */
export function copyNode({ $typeName, ...fields }: NodeProto, changes: Changes<NodeProto>): NodeProto {
  return create(NodeProtoSchema, { ...fields, ...changes });
}

/** A graph like another, with some fields changed. */
export function copyGraph({ $typeName, ...fields }: GraphProto, changes: Changes<GraphProto>): GraphProto {
  return create(GraphProtoSchema, { ...fields, ...changes });
}

/** A model like another, with some fields changed. */
export function copyModel({ $typeName, ...fields }: ModelProto, changes: Changes<ModelProto>): ModelProto {
  return create(ModelProtoSchema, { ...fields, ...changes });
}
