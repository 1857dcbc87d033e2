import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom, normalCdf, restoreRandom } from '../src/index.ts';

test('the first outputs are those of the published xoshiro128**', () => {
  const random = restoreRandom({ words: [1, 2, 3, 4], spare: null });
  assert.deepEqual(
    Array.from({ length: 4 }, () => random.uint32()),
    [11520, 0, 5927040, 70819200],
  );
});

test('one seed gives one sequence, another seed another, a restored generator the rest', () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer(), fc.string()), fc.nat(20), (seed, skip) => {
      const first = createRandom(seed);
      const second = createRandom(seed);
      for (let i = 0; i < skip; i++) assert.equal(first.normal(), second.normal());
      const restored = restoreRandom(JSON.parse(JSON.stringify(first.save())));
      for (let i = 0; i < 5; i++) assert.equal(restored.normal(), first.normal());
      assert.notEqual(createRandom(seed).uint32(), createRandom(`${seed}'`).uint32());
    }),
  );
});

test('uniforms and normals have their distribution', () => {
  const random = createRandom(42);
  const n = 100_000;
  let mean = 0;
  let below = 0;
  let square = 0;
  const digits = new Array<number>(10).fill(0);
  for (let i = 0; i < n; i++) {
    const u = random.uniform();
    assert.ok(u >= 0 && u < 1);
    mean += u / n;
    const z = random.normal();
    square += (z * z) / n;
    if (z < 1) below += 1 / n;
    const digit = random.integer(10);
    digits[digit] = (digits[digit] ?? 0) + 1;
  }
  assert.ok(Math.abs(mean - 0.5) < 0.005);
  assert.ok(Math.abs(square - 1) < 0.02);
  assert.ok(Math.abs(below - normalCdf(1)) < 0.006);
  for (const count of digits) assert.ok(Math.abs(count - n / 10) < 500);
});

test('a shuffle keeps the items and reaches every order', () => {
  const random = createRandom('shuffle');
  const seen = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = random.shuffle([1, 2, 3]).join('');
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  assert.equal(seen.size, 6);
  for (const count of seen.values()) assert.ok(Math.abs(count - 1000) < 150);
});

test('a fork does not depend on how many forks there are', () => {
  const one = createRandom(3);
  const two = createRandom(3);
  two.fork('other');
  assert.equal(one.fork('features').uint32(), two.fork('features').uint32());
  assert.notEqual(one.fork('features').uint32(), one.fork('labels').uint32());
});
