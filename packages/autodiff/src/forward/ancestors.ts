import { type NodeProto, readsOf } from '@driftloop/onnx';

/**
 * The nodes that `value` depends on, in the order of the file, which ONNX requires to be a running
 * order.
 */
export function ancestors(nodes: readonly NodeProto[], value: string): NodeProto[] {
  const wanted = new Set([value]);
  const kept: NodeProto[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.output.some((output) => wanted.has(output))) continue;
    for (const value of readsOf(node)) wanted.add(value);
    kept.push(node);
  }
  return kept.toReversed();
}
