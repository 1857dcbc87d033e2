import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchAlerts } from '../../src/estimates/alerts.ts';
import { benchCbpe } from '../../src/estimates/cbpe.ts';
import { benchCoverage } from '../../src/estimates/coverage.ts';
import { benchLoss } from '../../src/estimates/loss.ts';

test('estimates come as near to what labels say as the recorded ones of NannyML, and nearer than the reference', () => {
  const none = new Map<string, number>();
  const results = [...benchCbpe(1, none), ...benchLoss(1, none)];
  const judged = results.filter(({ bar }) => bar !== undefined);
  assert.deepEqual(
    judged.map(({ metric, holds }) => [metric.split(',')[0], holds]),
    [
      ['cbpe: accuracy', true],
      ['cbpe: rocAuc', true],
      ['cbpe: f1', true],
      ['cbpe: precision', true],
      ['cbpe: recall', true],
      ['cbpe: specificity', true],
      ['loss: mean |estimated - realised| error', true],
    ],
  );
  for (const { metric, value, figures } of judged) {
    const { withoutEstimate } = (figures ?? {}) as { withoutEstimate?: number };
    assert.ok(withoutEstimate === undefined || value < withoutEstimate, metric);
  }
});

test('windows of the services alert as NannyML does, and bounds hold at every row', () => {
  const results = [...benchAlerts(new Map()), ...benchCoverage(4)];
  assert.ok(results.some(({ bar }) => bar !== undefined));
  for (const { metric, holds } of results) assert.notEqual(holds, false, metric);
});
