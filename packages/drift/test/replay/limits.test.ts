import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftVerdict, ModelSpec } from '@driftloop/schemas';
import { createRandom } from '@driftloop/stats';
import { createReplay } from '../../src/index.ts';
import { answersOf, profileOf, rowsOf, specOf } from '../fixtures.ts';

const WIDTH = 2;

/** Verdicts of 3,000 rows that are as those of the reference, whose labels never come. */
function verdictsOf(spec: ModelSpec): DriftVerdict[] {
  const run = createReplay(spec, { partitions: 1 });
  run.publish({ version: 1, profile: profileOf(spec) });
  const rows = rowsOf(spec, 3000, createRandom(2));
  const outputs = answersOf(rows);
  const verdicts: DriftVerdict[] = [];
  for (let row = 0; row < rows.rows; row++) {
    const place = { partition: 0, offset: row, timestamp: 1 + 2 * row };
    const request = { requestId: `r${row}`, model: spec.model, eventTime: row };
    const features = rows.features.subarray(WIDTH * row, WIDTH * (row + 1));
    const answered = {
      ...request,
      version: 1,
      servedAt: 0,
      role: 'live' as const,
      requestPartition: 0,
      requestOffset: row,
      requestTime: place.timestamp,
      outputs: outputs.subarray(2 * row, 2 * row + 2),
      predicted: Number((outputs[2 * row + 1] ?? 0) >= 0.5),
    };
    verdicts.push(
      ...run.push({ topic: 'inference.requests', ...place, value: { ...request, features } }).verdicts,
      ...run.push({ topic: 'inference.predictions', ...place, value: answered }).verdicts,
    );
  }
  verdicts.push(...run.finish().verdicts);
  return verdicts;
}

test('a limit that a model misses is a warning that says how likely, before any label', () => {
  const spec = specOf({ numeric: WIDTH, lengthMs: 500, limits: [{ metric: 'accuracy', value: 0.9 }] });
  const warned = verdictsOf(spec).filter(({ state }) => state === 'warning');
  const texts = warned.flatMap(({ evidence }) => evidence.slice(0, 1).map(({ text }) => text));
  assert.ok(warned.length > 0);
  for (const text of texts)
    assert.match(
      text,
      /^accuracy is estimated at (7|8)\d % \(\d+ % to \d+ %\) before labels, 100 % likely below the limit of 90 %$/,
    );
});

test('a limit that is kept, or none, is no warning', () => {
  for (const limits of [[{ metric: 'accuracy', value: 0.7 }], []]) {
    const states = verdictsOf(specOf({ numeric: WIDTH, lengthMs: 500, limits })).map(({ state }) => state);
    assert.ok(states.length > 0);
    assert.ok(!states.includes('warning') && !states.includes('drift'), states.join());
  }
});
