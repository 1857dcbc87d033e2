import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SplitEvidence } from '../../src/row-watch/split-evidence.ts';

const TABLE = { cells: 2, categories: 2, rise: false, spread: 0.3, share: 1 };

/** Every sequence of `rows` zeros and ones. */
function sequences(rows: number): number[][] {
  return Array.from({ length: 2 ** rows }, (_, bits) =>
    Array.from({ length: rows }, (_, i) => (bits >> i) & 1),
  );
}

test('without a change the evidence grows by exactly one a row on average, whatever the rates and the order of cells', () => {
  const rows = 9;
  const cells = [0, 1, 0, 0, 1, 1, 0, 1, 0];
  for (const [a, b] of [
    [0.5, 0.5],
    [0.1, 0.9],
    [0.02, 0.3],
  ] as const) {
    let mean = 0;
    for (const ones of sequences(rows)) {
      const evidence = new SplitEvidence([TABLE], 100, 1, 1.0001);
      let chance = 1;
      ones.forEach((one, row) => {
        const rate = cells[row] === 0 ? a : b;
        chance *= one === 1 ? rate : 1 - rate;
        evidence.add(Int32Array.of(2 * (cells[row] ?? 0) + one));
      });
      mean += chance * evidence.value;
    }
    assert.ok(Math.abs(mean - (rows - 1)) < 1e-9, `mean ${mean} at rates ${a} and ${b}`);
  }
});

test('the evidence finds where a rate changed, and forgets on restart', () => {
  const evidence = new SplitEvidence([{ ...TABLE, cells: 1, spread: 1 }], 1000, 4, 1.2);
  for (let row = 0; row < 400; row++) evidence.add(Int32Array.of(Number(row % 10 === 0)));
  const quiet = evidence.value;
  for (let row = 0; row < 60; row++) evidence.add(Int32Array.of(Number(row % 10 < 6)));
  assert.ok(quiet < 400);
  assert.ok(evidence.value > 1e6);
  assert.ok(Math.abs(evidence.since.best - 60) <= 12, `change ${evidence.since.best} rows ago`);
  assert.ok(evidence.since.earliest >= evidence.since.best && evidence.since.latest <= evidence.since.best);
  evidence.restart();
  assert.equal(evidence.value, 0);
});

test('a table of rises says nothing of a fall', () => {
  const [rise, both] = [true, false].map((only) => {
    const evidence = new SplitEvidence([{ ...TABLE, cells: 1, spread: 1, rise: only }], 1000, 4, 1.2);
    for (let row = 0; row < 300; row++) evidence.add(Int32Array.of(Number(row % 2 === 0)));
    for (let row = 0; row < 100; row++) evidence.add(Int32Array.of(Number(row % 20 === 0)));
    return evidence.value;
  });
  assert.ok((rise ?? 0) <= 500);
  assert.ok((both ?? 0) > 1e6);
});

test('memory does not grow: what is kept of a long stream is as much as of a shorter one', () => {
  const evidence = new SplitEvidence([TABLE], 500, 4, 1.2);
  const sizes: number[] = [];
  for (let row = 1; row <= 20_000; row++) {
    evidence.add(Int32Array.of(row % 4));
    if (row % 5000 === 0) sizes.push(JSON.stringify(evidence.save()).length);
  }
  assert.ok(Math.max(...sizes) < 1.3 * (sizes[0] ?? 0), `sizes ${sizes}`);
});
