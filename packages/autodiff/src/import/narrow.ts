import {
  copyNode,
  createAttribute,
  dataTypeOf,
  float32Tensor,
  intAttribute,
  type NodeProto,
  type TensorProto,
  tensorAttribute,
  tensorDims,
  tensorToFloat32,
  tensorType,
} from '@driftloop/onnx';

export function isDouble(tensor: TensorProto): boolean {
  return tensorType(tensor) === 'float64';
}

/** A tensor of doubles as floats; any other as it is. */
export function narrowTensor(tensor: TensorProto): TensorProto {
  return isDouble(tensor) ? float32Tensor(tensor.name, tensorDims(tensor), tensorToFloat32(tensor)) : tensor;
}

/**
 * A node that makes floats where it made doubles (Cast, Constant, ConstantOfShape); any other as it
 * is.
 */
export function narrowNode(node: NodeProto): NodeProto {
  if (node.opType === 'Cast' && intAttribute(node, 'to', 0) === dataTypeOf('float64')) {
    return copyNode(node, { attribute: [createAttribute('to', dataTypeOf('float32'))] });
  }
  if (node.opType !== 'Constant' && node.opType !== 'ConstantOfShape') return node;
  const value = tensorAttribute(node, 'value');
  if (value === undefined || !isDouble(value)) return node;
  return copyNode(node, { attribute: [createAttribute('value', { tensor: narrowTensor(value) })] });
}
