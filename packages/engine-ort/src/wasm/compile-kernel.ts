import type { ElementwiseKernel, ElementwiseProgram } from '@driftloop/autodiff';
import { DriftloopError } from '@driftloop/errors';
import { elementwiseModule } from './elementwise-module.ts';

/** Where the values of an entry lie in linear memory. */
export interface Place {
  readonly address: number;
  /** Elements, of 4 bytes. */
  readonly length: number;
}

/**
 * A kernel over a linear memory. Throws GRAPH_INVALID, when it is run, for entries that do not lie
 * there or differ in length.
 *
 * @returns undefined where WebAssembly or its SIMD instructions are missing
 */
export function compileKernel(
  program: ElementwiseProgram,
  memory: WebAssembly.Memory,
  places: ReadonlyMap<string, Place>,
): ElementwiseKernel | undefined {
  const bytes = elementwiseModule(program, memory.buffer instanceof SharedArrayBuffer);
  if (typeof WebAssembly === 'undefined' || !WebAssembly.validate(bytes)) return undefined;
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
  if (typeof run !== 'function') throw new TypeError('the module exports no function');
  return {
    run(arrays, scalars) {
      const found = program.arrays.map((array) => placeOf(places, array, arrays[array]));
      const length = found[0]?.length ?? 0;
      const other = found.findIndex((place) => place.length !== length);
      if (other >= 0) {
        const [first, second] = [program.arrays[0], program.arrays[other]];
        throw invalid(`${first} has ${length} values, ${second} has ${found[other]?.length}`);
      }
      const values = program.scalars.map((name) => {
        const value = scalars[name];
        if (value === undefined) throw invalid(`the scalar ${name} is missing`);
        return value;
      });
      return Number(run(4 * length, ...found.map(({ address }) => address), ...values));
    },
  };
}

function placeOf(places: ReadonlyMap<string, Place>, array: string, entry: string | undefined): Place {
  const place = entry === undefined ? undefined : places.get(entry);
  if (place === undefined) throw invalid(`the array ${array} is ${entry}, which no kernel was compiled for`);
  return place;
}

function invalid(what: string): DriftloopError {
  return new DriftloopError('GRAPH_INVALID', `the kernel cannot run: ${what}`);
}
