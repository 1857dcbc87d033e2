import { flopsOf } from './flops.ts';
import { sizeGraph } from './sized-graph.ts';

/** Rows between which costs are compared: what does not depend on the rows drops out. */
const [FEW, MANY] = [64, 128];

/**
 * Floating-point operations that one more row costs when a model answers, counted from its graph.
 * Nodes of unknown sizes count nothing.
 */
export function servingFlopsPerRow(model: Uint8Array): number {
  const graph = sizeGraph(model);
  return (flopsOf(graph, MANY) - flopsOf(graph, FEW)) / (MANY - FEW);
}
