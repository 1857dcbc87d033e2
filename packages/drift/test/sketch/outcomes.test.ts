import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeOutcomes, encodeOutcomes, type Outcome, orderOutcomes } from '../../src/sketch/outcomes.ts';

const number = fc.oneof(fc.nat(10), fc.double({ noNaN: true, noDefaultInfinity: true }));
const outcome: fc.Arbitrary<Outcome> = fc.record(
  {
    version: fc.constant(3),
    eventTime: fc.nat(2 ** 31 - 1),
    labelEventTime: fc.nat(2 ** 31 - 1),
    predicted: number,
    label: number,
    confidence: fc.float({ min: 0, max: 1, noNaN: true }),
    requestPartition: fc.nat(8),
    requestOffset: fc.nat(2 ** 31 - 1),
    rivals: fc.array(fc.record({ version: fc.nat(300), predicted: number }, { noNullPrototype: true }), {
      maxLength: 3,
    }),
  },
  { noNullPrototype: true },
);

test('outcomes come back as they were', () => {
  fc.assert(
    fc.property(fc.array(outcome, { maxLength: 30 }), (outcomes) => {
      assert.deepEqual(decodeOutcomes(encodeOutcomes(outcomes), 3), outcomes);
    }),
  );
});

test('the order does not depend on how outcomes came, and a request counts once', () => {
  fc.assert(
    fc.property(
      fc.array(outcome, { maxLength: 20 }),
      fc.array(fc.nat(19), { maxLength: 10 }),
      (outcomes, again) => {
        const twice = again.flatMap((i) => outcomes[i] ?? []);
        const ordered = orderOutcomes(outcomes);
        assert.deepEqual(orderOutcomes([...twice, ...[...outcomes].reverse()]), ordered);
      },
    ),
  );
});

test('of two labels for a request the earlier one stays', () => {
  const first: Outcome = {
    version: 1,
    eventTime: 10,
    labelEventTime: 20,
    predicted: 1,
    label: 1,
    confidence: 0.5,
    requestPartition: 0,
    requestOffset: 7,
    rivals: [],
  };
  const second = { ...first, labelEventTime: 30, label: 0 };
  assert.deepEqual(orderOutcomes([second, first]), [first]);
});

test('outcomes from before there were versions in shadow are read, without any', () => {
  const old: Outcome = {
    version: 3,
    eventTime: 10,
    labelEventTime: 20,
    predicted: 1,
    label: 0,
    confidence: 0.5,
    requestPartition: 2,
    requestOffset: 7,
    rivals: [],
  };
  const [, count, kind, predicted, label, rivals, ...rest] = encodeOutcomes([old]);
  assert.deepEqual([count, kind, predicted, label, rivals], [1, 0, 1, 0, 0]);
  assert.deepEqual(decodeOutcomes(Uint8Array.of(1, 1, 0, 1, 0, ...rest), 3), [old]);
});
