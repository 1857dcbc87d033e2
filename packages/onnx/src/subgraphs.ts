import type { GraphProto, NodeProto } from './generated/onnx_pb.js';

/** The graphs that a node carries: branches of If, bodies of Loop and Scan. */
export function subgraphsOf(node: NodeProto): GraphProto[] {
  return node.attribute.flatMap(({ g, graphs }) => (g ? [g, ...graphs] : graphs));
}

/** All nodes of a graph, those in its nodes' own graphs included. */
export function nodesWithin(graph: GraphProto): NodeProto[] {
  return graph.node.flatMap((node) => [node, ...subgraphsOf(node).flatMap(nodesWithin)]);
}

/**
 * Every value that a node needs: its inputs, and what the graphs that it carries take from around
 * them.
 */
export function readsOf(node: NodeProto): string[] {
  return [...node.input, ...subgraphsOf(node).flatMap(outerReads)];
}

function outerReads(graph: GraphProto): string[] {
  const own = new Set([
    ...graph.input.map(({ name }) => name),
    ...graph.initializer.map(({ name }) => name),
    ...graph.sparseInitializer.map(({ values }) => values?.name ?? ''),
    ...graph.node.flatMap(({ output }) => output),
  ]);
  const reads = [...graph.node.flatMap(readsOf), ...graph.output.map(({ name }) => name)];
  return reads.filter((name) => !own.has(name));
}
