import { DriftloopError } from '@driftloop/errors';
import type { Conclusions, InputLog } from '@driftloop/invariance';
import {
  checkSignals,
  closedOf,
  compareConclusions,
  compareTopics,
  expectedRows,
} from '@driftloop/invariance';
import type { Result } from '../harness/benchmark.ts';
import { differenceResults, failedResult, runResult, windowResults } from './results.ts';
import type { RunOutcome } from './run/perform-run.ts';

/** Says what a run came to; its backtest is compared with the run itself. */
export type Judge = (
  name: string,
  outcome: RunOutcome | DriftloopError,
  replayed?: Conclusions['topics'],
) => Result[];

/**
 * Knows what a log should have led to, and remembers what the first run that came to rest came to.
 *
 * @param options.isComparable whether all runs had the same log: where the broker sets the
 *   timestamps, each has its own
 */
export function createJudge(log: InputLog, { isComparable }: { readonly isComparable: boolean }): Judge {
  const expected = expectedRows(log);
  const closed = closedOf(log.specs, expected);
  let first: Conclusions | undefined;
  const windows = (name: string, topics: Conclusions['topics']): Result[] =>
    windowResults(name, checkSignals(log.specs, expected, closed, topics['drift.signals']));
  return (name, outcome, replayed) => {
    if (outcome instanceof DriftloopError) return [failedResult(name, outcome)];
    const { conclusions, settled } = outcome;
    const results = [runResult(name, outcome, log), ...windows(name, conclusions.topics)];
    if (first && isComparable)
      results.push(
        ...differenceResults(name, 'the first run', compareConclusions(first, conclusions, closed)),
      );
    // Half a history is nothing to compare with.
    if (settled) first ??= conclusions;
    if (!replayed) return results;
    const backtest = `backtest of ${name}`;
    return [
      ...results,
      ...windows(backtest, replayed),
      ...differenceResults(backtest, 'live', compareTopics(conclusions.topics, replayed, closed)),
    ];
  };
}
