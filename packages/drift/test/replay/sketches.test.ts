import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import { type ReplayRecord, replay, replaySketches, sketchSlice } from '../../src/index.ts';
import { answersOf, profileOf, rowsOf, specOf } from '../fixtures.ts';

const spec = specOf({ numeric: 2, lengthMs: 200, minSamples: 100, retrain: { minLabels: 300 } });
const versions = [{ version: 1, profile: profileOf(spec, 1500) }];
const live = [{ version: 1, since: 0 }];

/**
 * Requests with their answers, the labels 100 rows later; from row 1,000 on the classes are turned.
 */
function records(): ReplayRecord[] {
  const data = rowsOf(spec, 2_000, createRandom(3));
  const outputs = answersOf(data);
  return Array.from({ length: 2_100 }, (_, row) => row).flatMap((row): ReplayRecord[] => {
    const timestamp = 1 + row * 3;
    const place = { partition: 0, timestamp };
    const labelled = row - 100;
    const label: ReplayRecord = {
      topic: 'inference.labels',
      ...place,
      offset: labelled,
      value: {
        requestId: `r${labelled}`,
        model: 'm',
        label: (data.labels[labelled] ?? 0) ^ Number(labelled >= 1_000),
        eventTime: Math.min(row, 1_999),
      },
    };
    const own = { requestId: `r${row}`, model: 'm', eventTime: row };
    const answer = outputs.subarray(2 * row, 2 * row + 2);
    const asked: ReplayRecord[] = [
      {
        topic: 'inference.requests',
        ...place,
        offset: row,
        value: { ...own, features: data.features.subarray(2 * row, 2 * row + 2) },
      },
      {
        topic: 'inference.predictions',
        ...place,
        offset: row,
        value: {
          ...own,
          version: 1,
          servedAt: 0,
          outputs: answer,
          predicted: Number((answer[1] ?? 0) >= 0.5),
          role: 'live',
          requestPartition: 0,
          requestOffset: row,
          requestTime: timestamp,
        },
      },
    ];
    return [...(row < 2_000 ? asked : []), ...(labelled >= 0 ? [label] : [])];
  });
}

test('sketches that are judged again say what rows say, also with other settings', () => {
  const slice = { spec, versions, live, records: records() };
  const sketches = sketchSlice(slice);
  for (const changed of [
    spec,
    { ...spec, drift: { ...spec.drift, expectedWindowsBetweenFalseAlarms: 5 } },
    { ...spec, window: { ...spec.window, minSamples: 350 } },
    { ...spec, retrain: { ...spec.retrain, minLabels: 500 } },
  ]) {
    const rows = replay({ ...slice, spec: changed });
    assert.deepEqual(replaySketches({ spec: changed, versions, live, sketches }), rows);
    assert.ok(rows.verdicts.length > 0);
  }
  assert.ok(sketches.some(({ windows }) => windows.length > 0));
});
