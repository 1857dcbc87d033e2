import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCalibration } from '../../src/gate/calibration.ts';
import { blockTest } from '../../src/gate/paired-test.ts';
import { scoresOf, withSettings } from './scored.ts';

const ROWS = 64;
const losing = (lossOf: (row: number) => number, calibrationError = 0.25) =>
  scoresOf({ losses: Array.from({ length: ROWS }, (_, row) => lossOf(row)), calibrationError });
const live = losing(() => 0.5);

test('log loss may rise by the margin and, where it is real, no further', () => {
  const verdict = (logLossMargin: number) =>
    checkCalibration(
      live,
      losing(() => 0.75),
      withSettings({ logLossMargin }),
    );
  assert.deepEqual(verdict(0.25), {
    passed: true,
    text: 'its calibration error is 0.250 (live 0.250), its log loss 0.750 (live 0.500)',
    metrics: { calibrationError: 0.25, liveCalibrationError: 0.25 },
  });
  assert.equal(verdict(0.24).passed, false);
  assert.match(verdict(0.24).text, /\(live 0\.500\): its probabilities are worse$/);
  assert.equal(
    checkCalibration(
      losing(() => 0.75),
      live,
      withSettings({ logLossMargin: 0 }),
    ).passed,
    true,
  );
});

test('a rise of log loss that may be chance passes: its p must be below the level', () => {
  // Stretches of 16 rows that lose 0, 1, 0 and 1 nats: mean 1/2, standard error 1/√12, t = √3 with
  // 3 degrees.
  const uneven = losing((row) => 0.5 + (Math.floor(row / 16) % 2));
  // R: pt(sqrt(3), 3, lower.tail = FALSE)
  const p = 0.0908451;
  const passed = (significance: number) =>
    checkCalibration(live, uneven, withSettings({ significance })).passed;
  assert.deepEqual([passed(p - 1e-6), passed(p + 1e-6)], [true, false]);
  const { pAbove } = blockTest(uneven.rowLosses.map((loss) => loss - 0.5));
  assert.equal(passed(pAbove), true);
});

test('the calibration error may rise by the margin and no further', () => {
  const passed = (error: number) =>
    checkCalibration(
      live,
      losing(() => 0.5, error),
      withSettings({ calibrationMargin: 0.125 }),
    ).passed;
  assert.deepEqual([passed(0), passed(0.375), passed(0.376)], [true, true, false]);
});
