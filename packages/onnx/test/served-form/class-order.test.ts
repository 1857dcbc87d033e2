import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classOrder } from '../../src/served-form/class-order.ts';

test('classes are found by their names, as texts, numbers or truth', () => {
  assert.deepEqual(classOrder(['no', 'yes'], ['yes', 'no']), [1, 0]);
  assert.deepEqual(classOrder([-1, 1], ['1', '-1']), [1, 0]);
  assert.deepEqual(classOrder([1, 2, 3], ['1.0', '2.0', '3.0']), [0, 1, 2]);
  assert.deepEqual(classOrder([0, 1], ['True', 'False']), [1, 0]);
});

test('a file that numbers its classes from 0 has them in the order of the spec', () => {
  assert.deepEqual(classOrder([0, 1, 2], ['low', 'middle', 'high']), [0, 1, 2]);
  // Not the names of numbers that happen to be alike: 1 is not the class at position 1.
  assert.deepEqual(classOrder([0, 1, 2], ['1', '2', '3']), [0, 1, 2]);
  assert.deepEqual(classOrder([2, 0, 1], []), [1, 2, 0]);
});

test('without names in the spec, other labels stay as they are', () => {
  assert.deepEqual(classOrder(['b', 'a'], []), [0, 1]);
  assert.deepEqual(classOrder([5, 3], []), [0, 1]);
});

test('other names are refused naming both', () => {
  assert.throws(() => classOrder(['no', 'yes'], ['nein', 'ja']), {
    code: 'MODEL_INVALID',
    message: /has the classes no, yes, the spec names nein, ja \(classNames\)/,
  });
  assert.throws(() => classOrder([1, 2], ['0', '1']), /has the classes 1, 2, the spec names 0, 1/);
});
