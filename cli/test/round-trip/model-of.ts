import { GraphBuilder, serializeModel } from '@driftloop/onnx';
import type { Cell, RandomTable } from './random-table.ts';

type Shape = Pick<RandomTable, 'features' | 'classes'>;
/** Values beyond it are taken for it, so that every answer is finite. */
const BOUND = 5;

/** A model of a table's shape: bounded values, missing ones as 0, a product, classes by softmax. */
export function modelOf({ features, classes }: Shape): Uint8Array {
  const outputs = Math.max(1, classes);
  const builder = new GraphBuilder({ name: 'round-trip', opset: 17 });
  const x = builder.input('features', 'float32', ['rows', features.length]);
  const known = builder.node('Where', [builder.node('IsNaN', [x]), builder.float(0), x]);
  const bounded = builder.node('Clip', [known, builder.float(-BOUND), builder.float(BOUND)]);
  const weights = Array.from({ length: features.length * outputs }, (_, i) =>
    weight(Math.floor(i / outputs), i % outputs),
  );
  const product = builder.node('MatMul', [bounded, builder.float(weights, [features.length, outputs])]);
  builder.output(
    classes === 0 ? builder.node('Identity', [product]) : builder.node('Softmax', [product], { axis: -1 }),
  );
  return serializeModel(builder.build());
}

/** What the model has to answer to a row, from the cells as they are meant. */
export function answerOf({ features, classes }: Shape, cells: readonly Cell[]): number[] {
  const values = features.map(({ categories }, i) => {
    const cell = cells[i];
    if (cell === undefined) return 0;
    const value = typeof cell === 'number' ? cell : categories.indexOf(cell);
    return Math.max(-BOUND, Math.min(BOUND, value));
  });
  const sums = Array.from({ length: Math.max(1, classes) }, (_, output) =>
    values.reduce((sum, value, i) => sum + value * weight(i, output), 0),
  );
  if (classes === 0) return sums;
  const powers = sums.map((sum) => Math.exp(sum - Math.max(...sums)));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** No two places weigh alike. */
function weight(feature: number, output: number): number {
  return Math.sin(1 + 3 * feature + 7 * output) / 2;
}
