import type { Arithmetic } from './arithmetic.ts';

/**
 * One operation, element by element, in float32. `a` and `b` are positions of earlier operations.
 */
export type ElementwiseOperation =
  | { readonly operator: 'array' | 'scalar'; readonly name: string }
  | { readonly operator: 'constant'; readonly value: number }
  | {
      readonly operator: 'add' | 'subtract' | 'multiply' | 'divide';
      readonly a: number;
      readonly b: number;
    }
  | { readonly operator: 'squareRoot'; readonly a: number };

/** Arithmetic over arrays of one length: what an engine can compile into one pass over memory. */
export interface ElementwiseProgram {
  /** Names of the arrays, all of which are read before any is written at the same place. */
  readonly arrays: readonly string[];
  readonly scalars: readonly string[];
  readonly operations: readonly ElementwiseOperation[];
  /** Array → position of the operation whose values replace it. */
  readonly writes: Readonly<Record<string, number>>;
  /** Position of the operation whose values are added up over all elements, in double precision. */
  readonly sum?: number | undefined;
}

/** A program over entries of the state that compiled it. */
export interface ElementwiseKernel {
  /**
   * Runs the program once. Values of magnitude below 2⁻¹⁰⁰ are written as zero, lest later passes
   * crawl through denormal numbers; NaN stays. Throws GRAPH_INVALID when the arrays differ in
   * length or are not entries that it was compiled for.
   *
   * @param arrays array of the program → state entry
   * @returns the program's sum, 0 when it has none
   */
  run(arrays: Readonly<Record<string, string>>, scalars: Readonly<Record<string, number>>): number;
}

/** What a program writes and adds up, as positions of operations. */
export type ProgramResults = Pick<ElementwiseProgram, 'writes' | 'sum'>;

/**
 * Records arithmetic as a program.
 * @param describe is given the values of the arrays and scalars by name
 */
export function recordProgram(
  arrays: readonly string[],
  scalars: readonly string[],
  describe: (math: Arithmetic<number>, value: (name: string) => number) => ProgramResults,
): ElementwiseProgram {
  const operations: ElementwiseOperation[] = [];
  const record = (operation: ElementwiseOperation) => operations.push(operation) - 1;
  const values = new Map<string, number>();
  for (const name of arrays) values.set(name, record({ operator: 'array', name }));
  for (const name of scalars) values.set(name, record({ operator: 'scalar', name }));
  const math: Arithmetic<number> = {
    add: (a, b) => record({ operator: 'add', a, b }),
    subtract: (a, b) => record({ operator: 'subtract', a, b }),
    multiply: (a, b) => record({ operator: 'multiply', a, b }),
    divide: (a, b) => record({ operator: 'divide', a, b }),
    squareRoot: (a) => record({ operator: 'squareRoot', a }),
    constant: (value) => record({ operator: 'constant', value }),
  };
  const value = (name: string): number => {
    const found = values.get(name);
    if (found === undefined) throw new TypeError(`the program has no array or scalar ${name}`);
    return found;
  };
  return { arrays, scalars, operations, ...describe(math, value) };
}
