import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAllowed } from '../allowed.ts';

test('one side of an OR is enough, an AND needs both', () => {
  for (const licence of [
    'MIT',
    '(MIT OR GPL-3.0-only)',
    '(Apache-2.0 AND BSD-3-Clause)',
    'GPL-2.0-only OR MIT',
  ])
    assert.ok(isAllowed(licence), licence);
  for (const licence of ['GPL-3.0-only', '(MIT AND GPL-3.0-only)', 'Unknown', '', 'SSPL-1.0 OR BUSL-1.1'])
    assert.ok(!isAllowed(licence), licence);
});
