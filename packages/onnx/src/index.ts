export {
  type Attributes,
  type AttributeValue,
  createAttribute,
  floatAttribute,
  floatsAttribute,
  intAttribute,
  intsAttribute,
  nodeLabel,
  stringAttribute,
  stringsAttribute,
  tensorAttribute,
} from './attribute.ts';
export { copyGraph, copyModel, copyNode } from './copy.ts';
export { describeModel, type ValueDescription } from './describe.ts';
export { dataTypeOf } from './element-type.ts';
export type {
  AttributeProto,
  GraphProto,
  ModelProto,
  NodeProto,
  TensorProto,
  ValueInfoProto,
} from './generated/onnx_pb.js';
export { createNode, createValueInfo, GraphBuilder } from './graph-builder.ts';
export { replaceInitializers } from './initializers.ts';
export { metadataOf, withMetadata } from './metadata.ts';
export {
  declaredInfo,
  fedInputs,
  graphOf,
  opsetOf,
  parseModel,
  serializeModel,
  WRITTEN_OPSET,
} from './model.ts';
export { packOneFile, requireOneFile } from './one-file.ts';
export { runningOrder } from './running-order.ts';
export { answersOf } from './served-form/answers.ts';
export { classLabels } from './served-form/class-labels.ts';
export { takeRows } from './served-form/take-rows.ts';
export { normalizeAxis } from './shapes/dims.ts';
export { reductionAxes } from './shapes/reduce.ts';
export { type Window, windowOf } from './shapes/window.ts';
export { nodesWithin, readsOf, subgraphsOf } from './subgraphs.ts';
export {
  elementCount,
  float32Tensor,
  int64Tensor,
  tensorDims,
  tensorToFloat32,
  tensorToIntegers,
  tensorType,
} from './tensor.ts';
export type { Dim, TensorInfo } from './tensor-info.ts';
