import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { testStack } from '@driftloop/local';
import { backtest } from '@driftloop/replay';
import { runScenario } from '@driftloop/scenario';
import { elecScenario } from './fixtures/elec.ts';

test('the loop runs on a slice of Elec2: nothing lost, drift judged, versions published, backtests repeat', async () => {
  const stack = await testStack();
  const dataDir = mkdtempSync(join(tmpdir(), 'driftloop-loop-'));
  try {
    const scenario = await elecScenario({
      dataDir,
      stack,
      streamedRows: 12_000,
      rate: 1_500,
    });
    await runScenario(scenario, {
      async onReport(report, connections) {
        assert.equal(report.requests, 12_000);
        assert.equal(report.predictions, 12_000);
        assert.equal(report.lost, 0);
        assert.equal(report.duplicated, 0);
        assert.equal(report.deadLettered, 0);
        assert.equal(report.accuracy.labelled, 12_000);
        // 12,000 half-hours are 35 weeks; the last one need not be full.
        assert(report.windows >= 30, `${report.windows} windows`);

        const range = { model: 'elec', from: 0, to: Date.UTC(2000, 0, 1) };
        const first = await backtest(connections, range);
        const second = await backtest(connections, range);
        assert.equal(first.source, 'kafka');
        assert.deepEqual(first.differences, []);
        // Each request and label once, and every answer: a candidate on trial answers beside
        // version 1.
        const { predictions, shadowPredictions } = await connections.warehouse.summary('elec');
        assert.equal(predictions, 12_000);
        assert(shadowPredictions >= 12_000, `${shadowPredictions} answers in shadow`);
        assert.equal(first.records, 24_000 + predictions + shadowPredictions);
        assert.equal(JSON.stringify(first), JSON.stringify(second));
        assert(first.verdicts.length >= 30);

        const performance = await connections.warehouse.performance('elec', { limit: 1_000 });
        assert(performance.some((row) => row.role === 'live' && row.realisedAccuracy !== null));
        assert(performance.some((row) => row.estimatedAccuracy !== null));
      },
    });
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
    await stack.release();
  }
});
