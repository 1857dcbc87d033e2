import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fhddm } from '../../src/detectors/fhddm.ts';

test('FHDDM flags more errors, not fewer', () => {
  const worse = new Fhddm();
  const better = new Fhddm();
  let found = 0;
  for (let i = 0; i < 600; i++) {
    const x = i < 300 ? 0 : 1;
    worse.update(x);
    better.update(1 - x);
    if (worse.drift) {
      found++;
      // √(ln 10⁶ / 200) = 0.263: 27 of the newest 100 are wrong, and the share was best just
      // before.
      if (found === 1) assert.equal(i, 326);
      if (found === 1) assert.equal(worse.changePoint, 227);
    }
    assert.equal(better.drift, false);
  }
  assert.ok(found >= 1);
});
