import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireDetectors, TEST_NAMES } from '../../src/index.ts';

test('names are unique across signals, so that a spec can choose by name alone', () => {
  const names = Object.values(TEST_NAMES).flat();
  assert.equal(new Set(names).size, names.length);
});

test('an unknown detector is refused, with those that there are', () => {
  requireDetectors([]);
  requireDetectors(['ks', 'cbpe', 'adwin']);
  assert.throws(() => requireDetectors(['ks', 'wizard']), {
    code: 'DETECTOR_UNKNOWN',
    message: /wizard.*psi/,
  });
});
