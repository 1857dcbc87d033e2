import { DriftloopError } from '@driftloop/errors';
import { graphOf, parseModel } from '@driftloop/onnx';

/**
 * Operators whose cost and memory the shapes of a call decide, and not the numbers in it, and which
 * no number makes crash.
 */
const BOUNDED: ReadonlySet<string> = new Set([
  ...[
    'Abs',
    'Add',
    'And',
    'ArgMax',
    'AveragePool',
    'BatchNormalization',
    'Cast',
    'Clip',
    'Concat',
    'Constant',
    'Conv',
  ],
  ...[
    'Div',
    'Dropout',
    'Elu',
    'Equal',
    'Erf',
    'Exp',
    'Flatten',
    'Gather',
    'Gelu',
    'Gemm',
    'GlobalAveragePool',
  ],
  ...['GlobalMaxPool', 'Greater', 'HardSigmoid', 'Identity', 'InstanceNormalization', 'LayerNormalization'],
  ...[
    'LeakyRelu',
    'Less',
    'Log',
    'LogSoftmax',
    'MatMul',
    'Max',
    'MaxPool',
    'Mean',
    'Min',
    'Mul',
    'Neg',
    'Not',
    'Or',
  ],
  ...[
    'PRelu',
    'Pow',
    'ReduceMax',
    'ReduceMean',
    'ReduceMin',
    'ReduceSum',
    'Relu',
    'Reshape',
    'Selu',
    'Sigmoid',
  ],
  ...[
    'Softmax',
    'Softplus',
    'Softsign',
    'Sqrt',
    'Squeeze',
    'Sub',
    'Sum',
    'Tanh',
    'Transpose',
    'Unsqueeze',
    'Where',
  ],
  ...[
    'ArrayFeatureExtractor',
    'Binarizer',
    'Imputer',
    'LinearClassifier',
    'LinearRegressor',
    'Normalizer',
    'Scaler',
  ],
  ...['SVMClassifier', 'SVMRegressor', 'TreeEnsembleClassifier', 'TreeEnsembleRegressor', 'ZipMap'],
]);
const DOMAINS: ReadonlySet<string> = new Set(['', 'ai.onnx', 'ai.onnx.ml']);

/**
 * Whether no request can make a run of the model take long, much memory, or crash: it is made of
 * operators that are known for it, without graphs within graphs, functions of its own, shapes that
 * are computed, or divisions of integers. Such a model needs no process that may be lost.
 */
export function isBoundedModel(onnx: Uint8Array): boolean {
  const model = readable(onnx);
  if (!model) return false;
  const { node: nodes, initializer } = graphOf(model);
  const constants = new Set(initializer.map(({ name }) => name));
  const operators = new Set(nodes.map(({ opType }) => opType));
  const dividesIntegers = operators.has('Cast') && operators.has('Div');
  const isKnown = nodes.every(
    ({ opType, domain, attribute, input }) =>
      BOUNDED.has(opType) &&
      DOMAINS.has(domain) &&
      attribute.every(({ g, graphs }) => !g && graphs.length === 0) &&
      (opType !== 'Reshape' || constants.has(input[1] ?? '')),
  );
  return isKnown && !dividesIntegers && model.functions.length === 0;
}

/** What cannot be read is ONNX Runtime's to refuse. */
function readable(onnx: Uint8Array): ReturnType<typeof parseModel> | undefined {
  try {
    const model = parseModel(onnx);
    graphOf(model);
    return model;
  } catch (error) {
    if (!(error instanceof DriftloopError)) throw error;
    return undefined;
  }
}
