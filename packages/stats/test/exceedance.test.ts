import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom, exceedance } from '../src/index.ts';

/** The same chance by looking at every order of n + m values. */
function byEnumeration(n: number, m: number, rank: number, least: number): number {
  let hits = 0;
  let all = 0;
  for (let bits = 0; bits < 2 ** (n + m); bits++) {
    const isReference = Array.from({ length: n + m }, (_, i) => ((bits >> i) & 1) === 1);
    if (isReference.filter(Boolean).length !== n) continue;
    all++;
    let references = 0;
    let exceeding = 0;
    for (const own of isReference) {
      if (own) references++;
      else if (references < rank) exceeding++;
      if (references === rank) break;
    }
    if (exceeding >= least) hits++;
  }
  return hits / all;
}

test('is the share of orders in which as many lie beyond', () => {
  for (const [n, m, rank, beyond] of [
    [5, 6, 1, 2],
    [5, 6, 2, 3],
    [7, 4, 3, 4],
    [6, 6, 1, 0],
  ] as const) {
    const reference = Array.from({ length: n }, (_, i) => i);
    const current = Array.from({ length: m }, (_, i) => (i < beyond ? 100 + i : -1 - i));
    const found = exceedance(reference, current, rank);
    assert.equal(found.exceeding, beyond);
    assert.ok(Math.abs(found.pValue - byEnumeration(n, m, rank, beyond)) < 1e-12);
  }
});

test('of equal samples p is at most so often at most a level, in any unit', () => {
  const random = createRandom(3);
  for (const unit of [1e-9, 1, 1e9]) {
    let small = 0;
    for (let run = 0; run < 500; run++) {
      const sample = () => Array.from({ length: 50 }, () => unit * Math.exp(2 * random.normal()));
      small += Number(exceedance(sample(), sample(), 2).pValue <= 0.05);
    }
    assert.ok(small < 45, `${small} of 500`);
  }
});

test('values that are all the same exceed nothing', () => {
  const { exceeding, pValue } = exceedance([3, 3, 3], [3, 3, 3], 1);
  assert.equal(exceeding, 0);
  assert.ok(Math.abs(pValue - 1) < 1e-12);
});
