import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesOf } from './changes.ts';
import { auditSearch, lettersSearch } from './search.ts';

const RECORD = { requestId: 'r1', features: [1, 2], model: 'shop' };

test('only fields that differ are changes', () => {
  assert.deepEqual(changesOf(RECORD, JSON.stringify(RECORD)), {});
  assert.deepEqual(changesOf(RECORD, JSON.stringify({ ...RECORD, features: [1, 2, 3] })), {
    changes: { features: [1, 2, 3] },
  });
});

test('what is no record says why', () => {
  assert.match(changesOf(RECORD, '{').problem ?? '', /^This is no JSON/);
  assert.match(changesOf(RECORD, '[1]').problem ?? '', /object with fields/);
  assert.match(changesOf(RECORD, '{"requestId":"r1","model":"shop"}').problem ?? '', /^features is gone/);
});

test('addresses of lists take what they know and nothing else', () => {
  assert.deepEqual(lettersSearch({ state: 'open', model: 'shop', code: '' }), {
    state: 'open',
    model: 'shop',
  });
  assert.deepEqual(lettersSearch({ state: 'lost' }), {});
  assert.deepEqual(auditSearch({ outcome: 'refused', model: 7 }), { outcome: 'refused' });
});
