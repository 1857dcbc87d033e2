import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FeatureSpec } from '@driftloop/schemas';
import { rowOf } from '@driftloop/spec';
import fc from 'fast-check';
import type { Datatype, Element, Tensor } from '../../src/v2/datatypes.ts';
import { rowsOf } from '../../src/v2/input-rows.ts';
import { outputTensors } from '../../src/v2/output-tensors.ts';

const CATEGORIES = ['Bäcker', 'toString', ''];
/** Names that objects have, that are numbers, or nothing at all. */
const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '0', 'Größe in cm'));
const features = fc.uniqueArray(name, { minLength: 1, maxLength: 5 }).chain((names) =>
  fc.tuple(
    ...names.map((one) =>
      fc.boolean().map(
        (isText): FeatureSpec => ({
          name: one,
          kind: isText ? 'categorical' : 'numeric',
          allowMissing: true,
          ...(isText ? { categories: CATEGORIES } : {}),
        }),
      ),
    ),
  ),
);

/** Values of a feature. */
function columnValue(categories: readonly string[] | undefined): fc.Arbitrary<Element> {
  return categories
    ? fc.constantFrom(...categories, 'nobody')
    : fc.float({ noNaN: true, noDefaultInfinity: true });
}

/** A table with a value, or none, for each feature and row. */
const table = features.chain((all) =>
  fc.record({
    spec: fc.constant({ model: 'm', features: all }),
    rows: fc.array(fc.tuple(...all.map(({ categories }) => fc.option(columnValue(categories)))), {
      minLength: 1,
      maxLength: 4,
    }),
    order: fc.shuffledSubarray(all, { minLength: all.length }),
    isFlat: fc.boolean(),
  }),
);

test('columns in any order and shape are the rows that they say', () => {
  fc.assert(
    fc.property(table, ({ spec, rows, order, isFlat }) => {
      const inputs = order.map((feature): Tensor => {
        const column = spec.features.indexOf(feature);
        return {
          name: feature.name,
          datatype: feature.categories ? 'BYTES' : 'FP32',
          shape: isFlat ? [rows.length] : [rows.length, 1],
          data: rows.map((row) => row[column] as Element),
        };
      });
      const found = rowsOf(inputs, spec).map((row) => [...rowOf(row, spec)]);
      const expected = rows.map((row) => {
        return row.map((value, column) => {
          const { categories } = spec.features[column] ?? {};
          if (value === null) return Number.NaN;
          return categories ? categories.indexOf(String(value)) : Math.fround(Number(value));
        });
      });
      assert.deepEqual(found, expected);
    }),
  );
});

test('a tensor of rows is its rows, whatever numbers it is of', () => {
  const datatypes: Datatype[] = ['FP32', 'FP64', 'INT64', 'UINT8', 'BOOL'];
  fc.assert(
    fc.property(
      fc.constantFrom(...datatypes),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      (datatype, count, width) => {
        const spec = {
          model: 'm',
          features: Array.from({ length: width }, (_, i) => ({
            name: `f${i}`,
            kind: 'numeric' as const,
            allowMissing: false,
          })),
        };
        const numbers = Array.from({ length: count * width }, (_, i) => (datatype === 'BOOL' ? i % 2 : i));
        const as = { BOOL: (n: number) => n === 1, INT64: BigInt } as Partial<
          Record<Datatype, (n: number) => Element>
        >;
        const data = numbers.map(as[datatype] ?? ((n) => n));
        const rows = rowsOf([{ name: 'rows', datatype, shape: [count, width], data }], spec);
        assert.deepEqual(
          rows.flatMap(({ features: row }) => [...row]),
          numbers,
        );
      },
    ),
  );
});

test('outputs are what the answers say: one probability is that of class 1, names are those of the spec', () => {
  const given = (outputs: number[], predicted: number) => ({
    version: 1,
    role: 'live' as const,
    predicted,
    outputs: Float32Array.from(outputs),
    eventTime: 0,
    servedAt: 0,
  });
  const binary = { model: 'm', task: 'binary' as const, classes: 2, classNames: ['nein', 'ja'] };
  assert.deepEqual(outputTensors([given([0.75], 1), given([0.5, 0.5], 0)], [], binary), [
    { name: 'probabilities', datatype: 'FP32', shape: [2, 2], data: [0.25, 0.75, 0.5, 0.5] },
    { name: 'label', datatype: 'BYTES', shape: [2], data: ['ja', 'nein'] },
  ]);
  const regression = { model: 'm', task: 'regression' as const, classes: 0 };
  assert.deepEqual(outputTensors([given([2.5], 2.5)], [], regression), [
    { name: 'value', datatype: 'FP32', shape: [1, 1], data: [2.5] },
  ]);
});

test('an embedding is a tensor as wide as it is, a free text BYTES, and others are refused', () => {
  const kinds = [
    { name: 'v', kind: 'embedding', allowMissing: true, size: 2 },
    { name: 'review', kind: 'text', allowMissing: false },
  ] satisfies FeatureSpec[];
  const spec = { model: 'm', features: kinds };
  const vector = (shape: number[], data: number[]): Tensor => ({ name: 'v', datatype: 'FP32', shape, data });
  const review: Tensor = { name: 'review', datatype: 'BYTES', shape: [2], data: ['größe', ''] };
  const rows = rowsOf([vector([2, 2], [1, 2, Number.NaN, Number.NaN]), review], spec);
  assert.deepEqual(
    rows.map(({ texts, vectors }) => [{ ...texts }, { ...vectors }]),
    [
      [{ review: 'größe' }, { v: Float32Array.of(1, 2) }],
      [{ review: '' }, {}],
    ],
  );
  assert.throws(() => rowsOf([vector([2], [1, 2]), review], spec), /the embedding has \[rows, 2\]/);
  assert.throws(
    () => rowsOf([{ ...review, datatype: 'FP32', data: [1, 2] }], spec),
    /it is free text: send BYTES/,
  );
  const alone = { ...spec, features: kinds.slice(0, 1) };
  const [row] = rowsOf([vector([1, 2], [3, 4])], alone);
  assert.deepEqual([...rowOf(row ?? { features: new Float32Array(0) }, alone)], [3, 4]);
});
