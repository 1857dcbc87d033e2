import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createNode, graphOf, nodesWithin, parseModel, readsOf, runningOrder } from '../src/index.ts';

const graphOfFile = (name: string) =>
  graphOf(parseModel(readFileSync(new URL(`../../../cli/test/onnx-files/${name}.onnx`, import.meta.url))));
const named = (nodes: readonly { output: readonly string[] }[]) => nodes.map(({ output }) => output[0]);

test('nodes come after what they read, and stay where they are as far as that is possible', () => {
  const nodes = [
    createNode('Add', ['b', 'c'], ['d']),
    createNode('Relu', ['x'], ['a']),
    createNode('Neg', ['a'], ['c']),
    createNode('Abs', ['a'], ['b']),
  ];
  assert.deepEqual(named(runningOrder(nodes)), ['a', 'b', 'c', 'd']);
  const ordered = runningOrder(nodes);
  assert.equal(runningOrder(ordered), ordered);
});

test('a long chain backwards does not exhaust the stack', () => {
  const nodes = Array.from({ length: 50_000 }, (_, i) => createNode('Neg', [`v${i}`], [`v${i + 1}`]));
  assert.deepEqual(runningOrder(nodes.toReversed()), nodes);
});

test('nodes that wait for each other are refused, naming one', () => {
  const nodes = [createNode('Neg', ['b'], ['a']), createNode('Neg', ['a'], ['b'])];
  assert.throws(() => runningOrder(nodes), { code: 'GRAPH_INVALID', message: /depends on itself/ });
});

test('what a branch takes from around it is read by its node; what the branch has itself is not', () => {
  const graph = graphOfFile('if-opset13-r');
  const chooser = graph.node.find(({ opType }) => opType === 'If');
  assert.ok(chooser);
  assert.deepEqual([...new Set(readsOf(chooser))].sort(), ['outer', 'positive', 'x']);
  assert.ok(nodesWithin(graph).length > graph.node.length);
});
