import { DriftloopError } from '@driftloop/errors';
import { nodeLabel } from './attribute.ts';
import type { NodeProto } from './generated/onnx_pb.js';
import { readsOf } from './subgraphs.ts';

/**
 * Nodes in an order in which each comes after what it reads, as ONNX asks for and not every writer
 * keeps. Nodes stay where they are as far as that is possible.
 *
 * @returns the list given where it is in order
 * @throws DriftloopError GRAPH_INVALID when nodes wait for each other
 */
export function runningOrder(nodes: readonly NodeProto[]): readonly NodeProto[] {
  const makers = new Map(nodes.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const state = new Map<NodeProto, 'open' | 'done'>();
  const ordered: NodeProto[] = [];
  for (const first of nodes) {
    // A stack of its own: graphs may be deeper than the call stack.
    const stack = [first];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      if (state.get(node) === undefined) {
        state.set(node, 'open');
        for (const name of readsOf(node).toReversed()) {
          const maker = name === '' ? undefined : makers.get(name);
          if (maker === undefined || state.get(maker) === 'done') continue;
          if (state.get(maker) === 'open') throw circular(maker);
          stack.push(maker);
        }
        continue;
      }
      stack.pop();
      if (state.get(node) === 'open') ordered.push(node);
      state.set(node, 'done');
    }
  }
  return ordered.every((node, i) => node === nodes[i]) ? nodes : ordered;
}

function circular(node: NodeProto): DriftloopError {
  return new DriftloopError('GRAPH_INVALID', `node ${nodeLabel(node)} depends on itself`);
}
