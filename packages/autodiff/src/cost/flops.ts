import { intAttribute } from '@driftloop/onnx';
import type { SizedGraph } from './sized-graph.ts';

/**
 * Floating-point operations of one run: two per multiplication with addition in products and
 * convolutions, one per element elsewhere.
 */
export function flopsOf(graph: SizedGraph, rows: number): number {
  const count = (value: string | undefined) =>
    (graph.dims(value ?? '', rows) ?? [0]).reduce((product, size) => product * size, 1);
  return graph.nodes.reduce((total, node) => {
    const [a, b] = node.input.map((input) => graph.dims(input, rows));
    const made = count(node.output[0]);
    switch (node.opType) {
      case 'MatMul':
        return total + 2 * made * (a?.at(-1) ?? 0);
      case 'Gemm':
        return total + 2 * made * (a?.[intAttribute(node, 'transA', 0) === 1 ? 0 : 1] ?? 0);
      case 'Conv':
        return total + 2 * made * (b ?? [0, 0]).slice(1).reduce((product, size) => product * size, 1);
      case 'ConvTranspose':
        return (
          total +
          2 * count(node.input[0]) * (b ?? [0, 0]).slice(1).reduce((product, size) => product * size, 1)
        );
      default:
        return total + made;
    }
  }, 0);
}
