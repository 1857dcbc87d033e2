import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../src/estimates/index.ts';

test('estimates come as near to what labels say as the recorded ones of NannyML, and nearer than the reference', async () => {
  const results = await run({ samples: 1, peers: false });
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
