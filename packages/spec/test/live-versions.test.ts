import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveAt } from '../src/index.ts';

test('the version of a log time is the last one that went live until then', () => {
  const lived = [
    { version: 1, since: 100 },
    { version: 3, since: 200 },
    { version: 1, since: 300 },
  ];
  assert.equal(liveAt(lived, 199), 1);
  assert.equal(liveAt(lived, 200), 3);
  assert.equal(liveAt(lived, 299), 3);
  assert.equal(liveAt(lived, 10_000), 1);
});

test('before the first one went live, it is that one; of none it is 0', () => {
  assert.equal(liveAt([{ version: 7, since: 100 }], 50), 7);
  assert.equal(liveAt([], 50), 0);
});
