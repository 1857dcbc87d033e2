import type { GraphBuilder } from '@driftloop/onnx';

/**
 * Elementwise float32 arithmetic over values of some kind: names in an ONNX graph, or operations of
 * an {@link ElementwiseProgram}. What is written against it runs as nodes on every engine, and as
 * one fused pass where an engine can compile programs.
 */
export interface Arithmetic<V> {
  add(a: V, b: V): V;
  subtract(a: V, b: V): V;
  multiply(a: V, b: V): V;
  divide(a: V, b: V): V;
  squareRoot(a: V): V;
  constant(value: number): V;
}

/** Arithmetic as nodes of a graph; values are their names. */
export function graphArithmetic(builder: GraphBuilder): Arithmetic<string> {
  return {
    add: (a, b) => builder.node('Add', [a, b]),
    subtract: (a, b) => builder.node('Sub', [a, b]),
    multiply: (a, b) => builder.node('Mul', [a, b]),
    divide: (a, b) => builder.node('Div', [a, b]),
    squareRoot: (a) => builder.node('Sqrt', [a]),
    constant: (value) => builder.float(value),
  };
}
