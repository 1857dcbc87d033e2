import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { contentsOf, elementsOfContents } from '../../src/grpc/contents.ts';
import { type Datatype, ELEMENT_BYTES, rangeOf } from '../../src/v2/datatypes.ts';
import { halfToNumber } from '../../src/v2/half.ts';
import { elementsOfJson } from '../../src/v2/json-data.ts';
import { bytesOfElements, elementsOfBytes } from '../../src/v2/raw-data.ts';
import { headOf } from '../../src/v2/shape.ts';

const DATATYPES = Object.keys(ELEMENT_BYTES) as Datatype[];
const text = fc.string({ unit: 'grapheme' });

/** Elements of a datatype as JSON has them. */
function elementOf(datatype: Datatype): fc.Arbitrary<unknown> {
  if (datatype === 'BYTES') return text;
  if (datatype === 'BOOL') return fc.boolean();
  const range = rangeOf(datatype);
  if (range === undefined) return fc.float({ noNaN: true, noDefaultInfinity: true });
  const [least, most] = range.map(Number) as [number, number];
  return fc.integer({
    min: Math.max(least, Number.MIN_SAFE_INTEGER),
    max: Math.min(most, Number.MAX_SAFE_INTEGER),
  });
}

const tensor = fc
  .tuple(fc.constantFrom(...DATATYPES), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 4 }))
  .chain(([datatype, rows, width]) =>
    fc.record({
      head: fc.constant(headOf('t', datatype, [rows, width])),
      data: fc.array(elementOf(datatype), { minLength: rows * width, maxLength: rows * width }),
    }),
  );

/** Bytes of elements, written without the code that is tested. */
function bytesOf(datatype: Datatype, data: readonly unknown[]): Buffer {
  const one = (element: unknown): Uint8Array => {
    const view = new DataView(new ArrayBuffer(8));
    const bytes = (size: number) => new Uint8Array(view.buffer, 0, size);
    switch (datatype) {
      case 'BYTES': {
        const encoded = Buffer.from(String(element));
        view.setUint32(0, encoded.length, true);
        return Buffer.concat([bytes(4), encoded]);
      }
      case 'BOOL':
        return Uint8Array.of(Number(element));
      case 'FP32':
        view.setFloat32(0, Number(element), true);
        return bytes(4);
      case 'FP64':
        view.setFloat64(0, Number(element), true);
        return bytes(8);
      default:
        // Two's complement, cut to its width.
        view.setBigInt64(0, BigInt.asIntN(64, BigInt(element as number)), true);
        return bytes(ELEMENT_BYTES[datatype]);
    }
  };
  return Buffer.concat(data.map(one));
}

test('JSON, flat or nested, and bytes say the same elements, of every datatype', () => {
  fc.assert(
    fc.property(tensor, ({ head, data }) => {
      const [rows = 0, width = 0] = head.shape;
      const nested = Array.from({ length: rows }, (_, row) => data.slice(row * width, (row + 1) * width));
      assert.deepEqual(elementsOfJson(head, data), data);
      assert.deepEqual(elementsOfJson(head, nested), data);
      if (head.datatype === 'FP16') return;
      const read = Array.from(elementsOfBytes(head, bytesOf(head.datatype, data)));
      const isLong = head.datatype === 'INT64' || head.datatype === 'UINT64';
      assert.deepEqual(isLong ? read.map(Number) : read, data);
    }),
  );
});

test('what answers are made of is read back from bytes and from contents of gRPC', () => {
  const answers = fc.oneof(
    fc.record({ datatype: fc.constant('FP32' as const), data: fc.array(fc.float({ noNaN: true })) }),
    fc.record({ datatype: fc.constant('INT64' as const), data: fc.array(fc.integer()) }),
    fc.record({ datatype: fc.constant('BYTES' as const), data: fc.array(text) }),
  );
  fc.assert(
    fc.property(answers, ({ datatype, data }) => {
      const head = headOf('t', datatype, [data.length]);
      const same = (read: ArrayLike<unknown>) =>
        assert.deepEqual(datatype === 'INT64' ? Array.from(read, Number) : Array.from(read), data);
      same(elementsOfBytes(head, bytesOfElements({ ...head, data })));
      same(elementsOfContents(head, contentsOf({ ...head, data })));
    }),
  );
});

test('elements that are no number of their datatype are refused, whatever it is', () => {
  fc.assert(
    fc.property(fc.constantFrom(...DATATYPES), fc.anything(), (datatype, element) => {
      const head = headOf('t', datatype, [1]);
      const range = rangeOf(datatype);
      const fits =
        element === null ||
        (datatype === 'BYTES' && typeof element === 'string') ||
        (datatype === 'BOOL' && typeof element === 'boolean') ||
        (datatype.startsWith('FP') && typeof element === 'number') ||
        (range !== undefined &&
          Number.isInteger(element) &&
          Number(element) >= Number(range[0]) &&
          Number(element) <= Number(range[1]));
      if (fits || Array.isArray(element)) return;
      assert.throws(() => elementsOfJson(head, [element]), { code: 'REQUEST_INVALID' });
    }),
  );
});

test('bytes that are too few, too many, or no text are refused', () => {
  fc.assert(
    fc.property(tensor, fc.integer({ min: 1, max: 9 }), ({ head, data }, more) => {
      if (head.datatype === 'FP16') return;
      const bytes = bytesOf(head.datatype, data);
      const refuses = (wrong: Buffer) =>
        assert.throws(() => elementsOfBytes(head, wrong), { code: 'REQUEST_INVALID' });
      refuses(Buffer.concat([bytes, Buffer.alloc(more)]));
      if (bytes.length > 0) refuses(bytes.subarray(0, -1));
    }),
  );
  const head = headOf('t', 'BYTES', [1]);
  assert.throws(() => elementsOfBytes(head, Buffer.from([1, 0, 0, 0, 0xff])), /not UTF-8/);
});

test('half floats are what IEEE 754 says', () => {
  // Table of examples in the standard's binary16: sign, exponent, fraction.
  for (const [bits, value] of [
    [0x0000, 0],
    [0x8000, -0],
    [0x0001, 2 ** -24],
    [0x03ff, (1023 / 1024) * 2 ** -14],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65_504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ] as const)
    assert.equal(halfToNumber(bits), value);
});

for (const [name, datatype, shape] of [
  ['a datatype that is not there', 'BF16', [1]],
  ['a name that every object has', 'toString', [1]],
  ['a negative size', 'FP32', [-1]],
  ['half a size', 'FP32', [1.5]],
  ['more elements than fit', 'FP32', [2 ** 20, 2 ** 20]],
] as const) {
  test(`${name} is refused`, () => {
    assert.throws(() => headOf('t', datatype, shape), { code: 'REQUEST_INVALID' });
  });
}
