import type { ElementwiseProgram } from '@driftloop/autodiff';

const { fround } = Math;

/**
 * What a program must compute, one operation after the other in JavaScript, each rounded to
 * float32: the arrays after it, its sum, and the sum of magnitudes, by which rounding errors of the
 * sum are measured.
 */
export function runInFloat32(
  program: ElementwiseProgram,
  arrays: Readonly<Record<string, Float32Array>>,
  scalars: Readonly<Record<string, number>>,
): { arrays: Record<string, Float32Array>; sum: number; magnitude: number } {
  const length = arrays[program.arrays[0] ?? '']?.length ?? 0;
  const after = Object.fromEntries(Object.entries(arrays).map(([name, data]) => [name, data.slice()]));
  let sum = 0;
  let magnitude = 0;
  for (let i = 0; i < length; i++) {
    const values: number[] = [];
    const at = (position: number) => values[position] ?? Number.NaN;
    for (const operation of program.operations) {
      switch (operation.operator) {
        case 'array':
          values.push(arrays[operation.name]?.[i] ?? Number.NaN);
          break;
        case 'scalar':
          values.push(fround(scalars[operation.name] ?? Number.NaN));
          break;
        case 'constant':
          values.push(fround(operation.value));
          break;
        case 'squareRoot':
          values.push(fround(Math.sqrt(at(operation.a))));
          break;
        case 'add':
          values.push(fround(at(operation.a) + at(operation.b)));
          break;
        case 'subtract':
          values.push(fround(at(operation.a) - at(operation.b)));
          break;
        case 'multiply':
          values.push(fround(at(operation.a) * at(operation.b)));
          break;
        case 'divide':
          values.push(fround(at(operation.a) / at(operation.b)));
          break;
      }
    }
    for (const [array, position] of Object.entries(program.writes)) {
      const value = at(position);
      const target = after[array];
      if (target) target[i] = Math.abs(value) < 2 ** -100 ? 0 : value;
    }
    if (program.sum === undefined) continue;
    sum += at(program.sum);
    magnitude += Math.abs(at(program.sum));
  }
  return { arrays: after, sum, magnitude };
}
