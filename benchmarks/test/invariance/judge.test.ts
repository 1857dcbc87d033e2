import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import type { Row } from '@driftloop/invariance';
import { createJudge } from '../../src/invariance/judge.ts';
import type { RunOutcome } from '../../src/invariance/run/perform-run.ts';

const LOG = { specs: [], records: [] };

function outcome(statistic: number, settled = true): RunOutcome {
  const signal: Row = { model: 'm', signal: 'data', windowEnd: 1, statistic };
  const topics = { 'drift.signals': [signal], 'drift.verdicts': [], 'retrain.commands': [] };
  const conclusions = { topics, tables: topics };
  return { conclusions, settled, seconds: 1, ended: [], deadLetters: 0 };
}

const failing = (results: ReturnType<ReturnType<typeof createJudge>>) =>
  results.filter(({ holds }) => holds === false).map(({ metric }) => metric);

test('runs are compared with the first that came to rest, and each backtest with its run', () => {
  const judge = createJudge(LOG, { isComparable: true });
  assert.deepEqual(failing(judge('half', outcome(9, false))), ['half: processed']);
  assert.deepEqual(failing(judge('one', outcome(1))), []);
  assert.deepEqual(failing(judge('same', outcome(1), outcome(1).conclusions.topics)), []);
  assert.deepEqual(failing(judge('other', outcome(2), outcome(2).conclusions.topics)), [
    'other: drift.signals unlike the first run',
    'other: drift.signals in ClickHouse unlike the first run',
  ]);
  assert.deepEqual(failing(judge('same', outcome(1), outcome(2).conclusions.topics)), [
    'backtest of same: drift.signals unlike live',
  ]);
});

test('runs with logs of their own are compared with their backtests alone', () => {
  const judge = createJudge(LOG, { isComparable: false });
  judge('one', outcome(1));
  assert.deepEqual(failing(judge('other', outcome(2), outcome(2).conclusions.topics)), []);
  assert.deepEqual(failing(judge('other', outcome(2), outcome(3).conclusions.topics)), [
    'backtest of other: drift.signals unlike live',
  ]);
});

test('a run that could not be done does not hold', () => {
  const error = new DriftloopError('LOCAL_START_FAILED', 'no port');
  const [result] = createJudge(LOG, { isComparable: true })('flat', error);
  assert.equal(result?.holds, false);
  assert.deepEqual(result?.figures?.examples, ['no port']);
});
