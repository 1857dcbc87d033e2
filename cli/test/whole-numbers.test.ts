import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wholeBetween } from '../src/commands/options.ts';

test('rows, ports and versions are whole numbers within bounds', () => {
  const parse = wholeBetween(0, 100);
  for (const [text, value] of [
    ['0', 0],
    ['100', 100],
    ['1e1', 10],
  ] as const)
    assert.equal(parse(text), value);
  for (const text of ['1.5', '-1', '101', '', ' ', 'x', 'NaN', 'Infinity'])
    assert.throws(() => parse(text), /from 0 to 100/, text);
});
