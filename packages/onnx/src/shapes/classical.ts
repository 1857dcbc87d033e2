import { floatsAttribute, intsAttribute, stringsAttribute, tensorAttribute } from '../attribute.ts';
import type { NodeProto } from '../generated/onnx_pb.js';
import { tensorType } from '../tensor.ts';
import type { TensorInfo } from '../tensor-info.ts';
import { type ShapeRule, tensorInfo } from './rule.ts';

/** What takes numbers and makes floats of the same shape. */
const floats: ShapeRule = ({ inputs: [input] }) => [input && tensorInfo('float32', input.dims)];

const same: ShapeRule = ({ inputs: [input] }) => [input && tensorInfo(input.type, input.dims)];

const labelEncoder: ShapeRule = ({ node, inputs: [input] }) => [
  input && tensorInfo(encodedType(node, input.type), input.dims),
];

function encodedType(node: NodeProto, given: TensorInfo['type']): TensorInfo['type'] {
  if (stringsAttribute(node, 'values_strings')?.length) return 'string';
  if (intsAttribute(node, 'values_int64s')?.length) return 'int64';
  if (floatsAttribute(node, 'values_floats')?.length) return 'float32';
  const tensor = tensorAttribute(node, 'values_tensor');
  if (tensor) return tensorType(tensor);
  // Version 1 maps texts to numbers, and back.
  return given === 'string' ? 'int64' : 'string';
}

const categoryMapper: ShapeRule = ({ inputs: [input] }) => [
  input && tensorInfo(input.type === 'string' ? 'int64' : 'string', input.dims),
];

const oneHotEncoder: ShapeRule = ({ node, inputs: [input] }) => {
  const categories = stringsAttribute(node, 'cats_strings') ?? intsAttribute(node, 'cats_int64s') ?? [];
  return [tensorInfo('float32', input?.dims && [...input.dims, categories.length])];
};

const arrayFeatureExtractor: ShapeRule = ({ inputs: [data, indices], fresh }) => {
  if (!data) return [undefined];
  const sizes = indices?.dims ?? [fresh()];
  const count = sizes.every((size) => typeof size === 'number')
    ? sizes.reduce((product, size) => product * size, 1)
    : sizes.length === 1
      ? (sizes[0] ?? 1)
      : fresh();
  if (!data.dims) return [tensorInfo(data.type, undefined)];
  return [tensorInfo(data.type, [...(data.dims.length > 1 ? data.dims.slice(0, -1) : [1]), count])];
};

const featureVectorizer: ShapeRule = ({ node, inputs: [first] }) => {
  const width = (intsAttribute(node, 'inputdimensions') ?? []).reduce((sum, size) => sum + size, 0);
  return [tensorInfo('float32', first?.dims && [first.dims[0] ?? 1, width])];
};

/** Operators of ai.onnx.ml that prepare features. */
export const classicalShapes: Readonly<Record<string, ShapeRule>> = {
  ArrayFeatureExtractor: arrayFeatureExtractor,
  Binarizer: same,
  CategoryMapper: categoryMapper,
  FeatureVectorizer: featureVectorizer,
  Imputer: same,
  LabelEncoder: labelEncoder,
  Normalizer: floats,
  OneHotEncoder: oneHotEncoder,
  Scaler: floats,
};
