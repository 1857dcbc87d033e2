import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Connections } from '@driftloop/connections';
import { createOrtEngine } from '@driftloop/engine-ort';
import { testStack } from '@driftloop/local';
import { backtest, backtestSketches, figuresOf, reportPage, savedRows } from '@driftloop/replay';
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

        const sketched = await backtestSketches(connections, range);
        assert.deepEqual(sketched.verdicts, first.verdicts);
        assert.deepEqual(sketched.commands, first.commands);
        const [anew, strict] = await Promise.all(
          [backtest, backtestSketches].map((run) =>
            run(connections, {
              ...range,
              overrides: { 'drift.expectedWindowsBetweenFalseAlarms': 500, 'window.minSamples': 200 },
            }),
          ),
        );
        assert.deepEqual(strict?.verdicts, anew?.verdicts);
        assert.notDeepEqual(strict?.verdicts, first.verdicts);
        await learnsFromHistory(connections, first.records);

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

/** The whole loop over the same slice, kept in ClickHouse once however often it is saved. */
async function learnsFromHistory(connections: Connections, records: number): Promise<void> {
  const engine = createOrtEngine({ threads: 1 });
  const result = await backtest(connections, { model: 'elec', from: 0, to: 8.64e15, train: { engine } });
  assert.equal(result.records, records);
  const figures = figuresOf(result, [{ at: 0 }]);
  const { scores, cost } = figures;
  assert.equal(scores?.rows, 12_000);
  assert.ok(cost.published > 0, JSON.stringify(result.loop?.endings));
  assert.ok(Math.abs((scores.live ?? 0) - scores.backtest) < 0.05, JSON.stringify(scores));

  const { warehouse } = connections;
  for (const savedAt of [1, 2]) await warehouse.saveBacktest(savedRows(result, figures, savedAt));
  const [saved, ...others] = await warehouse.backtests({ model: 'elec' });
  assert.deepEqual(others, []);
  assert.deepEqual([saved?.score, saved?.savedAt, saved?.found], [scores.backtest, 2, figures.beside?.found]);
  const counts = await warehouse.query<{ verdicts: number; versions: number; signals: number }>(
    `SELECT (SELECT count() FROM ${warehouse.database}.backtest_verdicts FINAL) AS verdicts,
       (SELECT count() FROM ${warehouse.database}.backtest_versions FINAL) AS versions,
       (SELECT count() FROM ${warehouse.database}.backtest_signals FINAL) AS signals`,
  );
  const { verdicts, signals, loop } = result;
  assert.deepEqual(counts, [
    { verdicts: verdicts.length, versions: loop?.endings.length, signals: signals.length },
  ]);

  const page = reportPage({ result, figures, isShare: true });
  assert.match(page, /<svg /);
  assert.doesNotMatch(page, /https?:|<script|<link|@import|url\(/);
}
