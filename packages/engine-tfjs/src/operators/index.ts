import { elementwiseOperators } from './elementwise.ts';
import { matrixOperators } from './matrix.ts';
import type { Operator } from './operator.ts';
import { shapeOperators } from './shape.ts';
import { windowOperators } from './window.ts';

/**
 * Operators of the default domain that the engine has: what training perceptrons and convolutional
 * networks takes.
 */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries({ ...elementwiseOperators, ...matrixOperators, ...shapeOperators, ...windowOperators }),
);
