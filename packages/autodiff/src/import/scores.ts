import type { NodeProto } from '@driftloop/onnx';

/**
 * Operators whose results are no probabilities, whatever their weights; also in their quantised
 * forms.
 */
const LINEAR: ReadonlySet<string> = new Set([
  'Add',
  'Conv',
  'ConvInteger',
  'Flatten',
  'Gemm',
  'GlobalAveragePool',
  'MatMul',
  'MatMulInteger',
  'QLinearConv',
  'QLinearMatMul',
  'com.microsoft.DynamicQuantizeMatMul',
  'com.microsoft.FusedGemm',
  'com.microsoft.FusedMatMul',
  'com.microsoft.MatMulIntegerToFloat',
  'com.microsoft.MatMulNBits',
  'com.microsoft.QGemm',
  'com.microsoft.QLinearAdd',
]);

/** Operators that hand numbers on, in another type or shape. */
const PASSING: ReadonlySet<string> = new Set([
  'Cast',
  'DequantizeLinear',
  'Gather',
  'Identity',
  'QuantizeLinear',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
]);

/**
 * Whether a value comes from a linear layer, so that a classifier's answers lack the activation
 * that makes probabilities of them.
 */
export function areScores(value: string, producers: ReadonlyMap<string, NodeProto>): boolean {
  for (let node = producers.get(value); node !== undefined; node = producers.get(node.input[0] ?? '')) {
    const isDefault = node.domain === '' || node.domain === 'ai.onnx';
    const operator = isDefault ? node.opType : `${node.domain}.${node.opType}`;
    if (LINEAR.has(operator)) return true;
    if (!PASSING.has(operator)) return false;
  }
  return false;
}
