import type { Connections } from '@driftloop/connections';
import { createOrtEngine } from '@driftloop/engine-ort';
import { DriftloopError } from '@driftloop/errors';
import { type Backtester, figuresOf, type MarkedDrift, savedRows } from '@driftloop/replay';
import type { Metrics, Picked } from '@driftloop/studies';

const LAST = 8.64e15;

/**
 * Runs a backtest of a study, keeps it in ClickHouse, and reduces it to numbers.
 *
 * @param savedAt wall clock, epoch ms
 * @throws DriftloopError REQUEST_INVALID, SPEC_INVALID, MODEL_UNKNOWN, NOT_FOUND
 */
export async function runBacktest(
  { state: { study }, job }: Picked,
  backtester: Backtester,
  warehouse: Connections['warehouse'],
  savedAt: number,
): Promise<Metrics> {
  const asked = study.backtest;
  if (!asked) throw new DriftloopError('REQUEST_INVALID', `Job ${job.id} of ${study.study} is no backtest.`);
  const { model, train, trainingMs = 0, truth } = asked;
  const range = { from: timeOf(asked.from, 0), to: timeOf(asked.to, LAST) };
  const result = await backtester.run({
    model,
    ...(await backtester.share(model, range, job.share ?? 1)),
    overrides: job.values,
    ...(train ? { train: { engine: createOrtEngine({ threads: 1, logSeverity: 4 }), trainingMs } } : {}),
  });
  const marked = truth?.map(
    ({ at, until }): MarkedDrift => ({
      at: timeOf(at, 0),
      ...(until === undefined ? {} : { until: timeOf(until, LAST) }),
    }),
  );
  const figures = figuresOf(result, marked);
  await warehouse.saveBacktest(savedRows(result, figures, savedAt));
  const { alarms, beside, scores, cost } = figures;
  return {
    alarms,
    ...(beside
      ? {
          found: beside.found,
          missed: beside.missed,
          falseAlarms: beside.falseAlarms,
          delayMs: beside.meanDelayMs,
        }
      : {}),
    ...(scores ? { score: scores.backtest, liveScore: scores.live, frozenScore: scores.frozen } : {}),
    retrains: cost.retrains,
    ...(train ? { published: cost.published, trainedRows: cost.rows, steps: cost.steps } : {}),
  };
}

function timeOf(given: string | number | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  const time = typeof given === 'number' ? given : Date.parse(given);
  if (Number.isFinite(time)) return time;
  throw new DriftloopError('REQUEST_INVALID', `'${given}' is no time: use ISO 8601 or epoch milliseconds.`);
}
