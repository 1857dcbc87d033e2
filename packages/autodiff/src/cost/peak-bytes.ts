import type { SizedGraph } from './sized-graph.ts';

/**
 * The most bytes that a run over `rows` rows holds at once: constants and state throughout, every
 * other value from the node that makes it to the last one that reads it, outputs to the end. What
 * an engine's allocator adds is not counted.
 */
export function peakBytes(graph: SizedGraph, rows: number): number {
  const held = new Set(graph.constants);
  const lastRead = new Map<string, number>();
  graph.nodes.forEach((node, at) => {
    for (const input of node.input) lastRead.set(input, at);
  });
  for (const output of graph.outputs) lastRead.set(output, graph.nodes.length);
  let live = graph.constants.reduce((sum, value) => sum + graph.bytes(value, rows), 0);
  let peak = live;
  graph.nodes.forEach((node, at) => {
    for (const output of node.output) live += graph.bytes(output, rows);
    peak = Math.max(peak, live);
    for (const value of new Set([...node.input, ...node.output])) {
      if (!held.has(value) && (lastRead.get(value) ?? at) <= at) live -= graph.bytes(value, rows);
    }
  });
  return peak;
}

/**
 * The most rows per pass, at most `rows`, whose peak stays below a budget.
 *
 * @returns 0 when not even one row fits
 */
export function rowsWithin(graph: SizedGraph, budgetBytes: number, rows: number): number {
  let [fits, tooMany] = [0, rows + 1];
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (peakBytes(graph, middle) <= budgetBytes) fits = middle;
    else tooMany = middle;
  }
  return fits;
}
