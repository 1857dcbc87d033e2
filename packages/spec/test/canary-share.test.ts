import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { goesToCanary, hashFraction } from '../src/canary-share.ts';

test('the hash never changes: recorded answers stay reproducible', () => {
  // Computed with an independent implementation in Python, see below.
  //   h = 0x811c9dc5
  //   for c in id: h = ((h ^ ord(c)) * 0x01000193) & 0xffffffff
  //   h = ((h ^ h >> 16) * 0x85ebca6b) & 0xffffffff
  //   h = ((h ^ h >> 13) * 0xc2b2ae35) & 0xffffffff
  //   (h ^ h >> 16) / 2 ** 32
  const golden: [string, number][] = [
    ['', 0.6689221884589642],
    ['a', 0.10352621669881046],
    ['0', 0.3942956554237753],
    ['elec-12345', 0.711488482542336],
    ['3f0e9b0c-5d9f-4f6e-8a60-6d1b7f1d2c11', 0.7808307614177465],
    ['ключ', 0.7416437547653913],
  ];
  for (const [id, fraction] of golden) assert.equal(hashFraction(id), fraction);
});

test('the canary gets its share', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.string(), (share, prefix) => {
      const n = 4000;
      let canary = 0;
      for (let index = 0; index < n; index++) if (goesToCanary(`${prefix}${index}`, share)) canary++;
      // Five standard deviations of a binomial share, so that a fair hash fails once in a million
      // runs.
      assert.ok(Math.abs(canary / n - share) <= 5 * Math.sqrt((share * (1 - share)) / n) + 1 / n);
    }),
  );
});

test('a larger share only adds requests', () => {
  fc.assert(
    fc.property(fc.string(), fc.double({ min: 0, max: 0.5, noNaN: true }), (id, share) => {
      if (goesToCanary(id, share)) assert.ok(goesToCanary(id, share * 2));
    }),
  );
});

test('no share and a whole share are exact', () => {
  fc.assert(
    fc.property(fc.string(), (id) => {
      assert.equal(goesToCanary(id, 0), false);
      assert.equal(goesToCanary(id, 1), true);
    }),
  );
});
