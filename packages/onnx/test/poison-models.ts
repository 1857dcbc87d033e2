import { float32Tensor, GraphBuilder, serializeModel } from '../src/index.ts';

/**
 * Answers its one feature after having gone round a loop as often as the largest feature of the
 * call says.
 */
export function loopModel(): Uint8Array {
  const body = new GraphBuilder({ name: 'body' });
  body.input('round', 'int64', []);
  const going = body.input('going', 'bool', []);
  const value = body.input('value', 'float32', []);
  body.output(body.node('Identity', [going]));
  body.output(body.node('Sin', [body.node('Add', [value, body.float(1)])]));
  const { graph: rounds } = body.build();
  if (!rounds) throw new Error('no graph');
  return answeringItself('loop', (graph, largest) => {
    const count = graph.node('Cast', [largest], { to: 7 });
    const turned = graph.node('Loop', [count, '', graph.float(0)], { body: { graph: rounds } });
    graph.assume(turned, { type: 'float32', dims: [] });
    return turned;
  });
}

/**
 * Answers its one feature after having made a tensor with as many numbers as the largest feature of
 * the call says.
 */
export function allocatingModel(): Uint8Array {
  return answeringItself('allocate', (graph, largest) => {
    const size = graph.node('Reshape', [graph.node('Cast', [largest], { to: 7 }), graph.int([1])]);
    const filled = graph.node('ConstantOfShape', [size], {
      value: { tensor: float32Tensor('one', [1], new Float32Array([1])) },
    });
    const sum = graph.node('ReduceSum', [filled], { keepdims: 0 });
    graph.assume(sum, { type: 'float32', dims: [] });
    return sum;
  });
}

/**
 * Answers its one feature; where the largest of the call is `at`, the least int32 is divided by -1,
 * which kills the process.
 */
export function crashingModel(at = 7): Uint8Array {
  return answeringItself('crash', (graph, largest) => {
    const by = graph.node('Cast', [graph.node('Sub', [largest, graph.float(at + 1)])], { to: 6 });
    const least = graph.node('Cast', [graph.float(-(2 ** 31))], { to: 6 });
    return graph.node('Cast', [graph.node('Div', [least, by])], { to: 1 });
  });
}

/** x → x + 0 · effort(the largest x). */
function answeringItself(name: string, effort: (graph: GraphBuilder, largest: string) => string): Uint8Array {
  const graph = new GraphBuilder({ name });
  const x = graph.input('x', 'float32', ['rows', 1]);
  const largest = graph.node('ReduceMax', [x], { keepdims: 0 });
  const nothing = graph.node('Mul', [effort(graph, largest), graph.float(0)]);
  graph.output(graph.node('Add', [x, nothing], {}, 'y'));
  return serializeModel(graph.build());
}
