import { DriftloopError } from '@driftloop/errors';
import {
  type AttributeProto,
  copyNode,
  createAttribute,
  floatAttribute,
  type GraphBuilder,
  intAttribute,
  intsAttribute,
  type NodeProto,
  nodeLabel,
} from '@driftloop/onnx';

/**
 * A node of opset 7 to 16 as opset 17 has it: attributes that became inputs are made constants
 * (Clip and Pad 11, Dropout 12, Slice 10, Squeeze, Unsqueeze, ReduceSum and Split 13), Softmax gets
 * the axis that it had by default before 13.
 *
 * @throws DriftloopError OPERATOR_UNSUPPORTED for a Softmax over several axes at once, which opset
 *   13 no longer has
 */
export function upgradeNode(builder: GraphBuilder, node: NodeProto, opset: number): NodeProto {
  if (node.domain !== '' && node.domain !== 'ai.onnx') return node;
  const toInputs = (...names: string[]): NodeProto => moveInts(builder, node, names);
  switch (node.opType) {
    case 'Squeeze':
    case 'Unsqueeze':
    case 'ReduceSum':
      return opset < 13 ? toInputs('axes') : node;
    case 'Split':
      return opset < 13 ? toInputs('split') : node;
    case 'Slice':
      return opset < 10 ? toInputs('starts', 'ends', 'axes') : node;
    case 'Pad':
      return opset < 11 ? upgradePad(builder, node) : node;
    case 'Clip':
      return opset < 11 ? upgradeClip(builder, node) : node;
    case 'Dropout':
      return opset < 12 ? upgradeDropout(builder, node) : node;
    case 'BatchNormalization':
      return opset < 14
        ? copyNode(node, { ...without(node, 'spatial'), output: node.output.slice(0, 1) })
        : node;
    case 'Softmax':
    case 'LogSoftmax':
      return opset < 13 ? upgradeSoftmax(builder, node) : node;
    default:
      return node;
  }
}

function without(node: NodeProto, ...names: string[]): { attribute: AttributeProto[] } {
  return { attribute: node.attribute.filter(({ name }) => !names.includes(name)) };
}

/** Lists of integers become inputs, after those that the node has. */
function moveInts(builder: GraphBuilder, node: NodeProto, names: readonly string[]): NodeProto {
  const lists = names.map((name) => intsAttribute(node, name));
  if (lists.every((list) => list === undefined)) return node;
  const inputs = lists.map((list) => (list === undefined ? '' : builder.int(list)));
  while (inputs.at(-1) === '') inputs.pop();
  return copyNode(node, { ...without(node, ...names), input: [...node.input, ...inputs] });
}

function upgradePad(builder: GraphBuilder, node: NodeProto): NodeProto {
  const pads = builder.int(intsAttribute(node, 'pads') ?? []);
  const value = builder.float(floatAttribute(node, 'value', 0));
  return copyNode(node, { ...without(node, 'pads', 'value'), input: [node.input[0] ?? '', pads, value] });
}

function upgradeClip(builder: GraphBuilder, node: NodeProto): NodeProto {
  const has = (name: string) => node.attribute.some((attribute) => attribute.name === name);
  const bound = (name: string) => (has(name) ? builder.float(floatAttribute(node, name, 0)) : '');
  const inputs = [node.input[0] ?? '', bound('min'), bound('max')];
  while (inputs.at(-1) === '') inputs.pop();
  return copyNode(node, { ...without(node, 'min', 'max'), input: inputs });
}

function upgradeDropout(builder: GraphBuilder, node: NodeProto): NodeProto {
  const ratio = builder.float(floatAttribute(node, 'ratio', 0.5));
  return copyNode(node, { ...without(node, 'ratio'), input: [node.input[0] ?? '', ratio] });
}

/** Before opset 13 the default axis is 1, and all axes from there on are taken together. */
function upgradeSoftmax(builder: GraphBuilder, node: NodeProto): NodeProto {
  const axis = intAttribute(node, 'axis', 1);
  const rank = builder.infoIfKnown(node.input[0] ?? '')?.dims?.length;
  if (axis !== -1 && rank !== undefined && axis !== rank - 1) {
    throw new DriftloopError(
      'OPERATOR_UNSUPPORTED',
      `node ${nodeLabel(node)} works on axes ${axis} to ${rank - 1} at once; export the model with opset 13 or later`,
    );
  }
  return copyNode(node, { attribute: [createAttribute('axis', -1)] });
}
