/**
 * `pnpm bench invariance`: one fixed log, processed by real services in many ways. Every window must hold every row, and all that is concluded
 * must be the same each time.
 */
import { trainFirstVersion } from '@driftloop/cli';
import type { Connections } from '@driftloop/connections';
import type { Benchmark, Result } from '../harness/benchmark.ts';
import { checkSignals, closedOf, compareConclusions, compareTopics } from './check/check-run.ts';
import { expectedRows } from './check/expected-rows.ts';
import { elecLog, elecStream } from './log/elec-log.ts';
import { fixedLog } from './log/fixed-log.ts';
import type { InputLog } from './log/input-log.ts';
import { subjects, versionsOf } from './log/models.ts';
import { type InvarianceOptions, modeOf, readOptions } from './options.ts';
import { describeFailures, differenceResults, runResult, windowResults } from './results.ts';
import { backtestAll } from './run/backtest-all.ts';
import type { Conclusions } from './run/conclusions.ts';
import { performRun, type RunOutcome } from './run/perform-run.ts';

export { flags } from './options.ts';

/** A bar that does not hold ends the command with 1. */
export const isPromise = true;

export const run: Benchmark = async ({ samples, flags = {} }) => {
  const options = readOptions(flags, Date.now());
  const results = [...(await fixedLogRuns(options, samples)), ...(await elecRun(options))];
  for (const line of describeFailures(results)) console.error(line);
  return results;
};

/** The fixed log in all ways; the first run is what the others are compared with. */
async function fixedLogRuns(options: InvarianceOptions, samples: number): Promise<Result[]> {
  const { seed, startMs, appendTime, runs, rows } = options;
  const live = runs
    .filter((name) => name !== 'backtest' && name !== 'elec')
    .flatMap((name) =>
      name === 'again' ? Array.from({ length: Math.max(1, samples - 1) }, () => name) : [name],
    );
  const wantsBacktest = runs.includes('backtest');
  if (live.length === 0 && wantsBacktest) live.push('flat');
  if (live.length === 0) return [];

  const log = fixedLog({ seed, rows, startMs });
  const versions = new Map(
    subjects(startMs).map((subject) => [subject.spec.model, versionsOf(subject, seed)]),
  );
  const judge = createJudge(log);
  const results: Result[] = [];
  let reference: Conclusions | undefined;
  let replayed: Conclusions['topics'] | undefined;
  for (const name of live) {
    const onSettled =
      reference === undefined && wantsBacktest
        ? async (connections: Connections) => {
            replayed = await backtestAll(connections, log.specs);
          }
        : undefined;
    const input = { log, versions, seed, appendTime, ...(onSettled ? { onSettled } : {}) };
    const outcome = await announced(name, () => performRun(input, modeOf(name, options)));
    results.push(runResult(name, outcome, log));
    results.push(...judge.windows(name, outcome.conclusions.topics));
    if (reference === undefined) reference = outcome.conclusions;
    else
      results.push(
        ...differenceResults(name, compareConclusions(reference, outcome.conclusions, judge.closed)),
      );
  }
  if (replayed && reference) {
    results.push(...judge.windows('backtest', replayed));
    results.push(...differenceResults('backtest', compareTopics(reference.topics, replayed, judge.closed)));
  }
  return results;
}

/** Elec2 again and again, flat out. */
async function elecRun({
  runs,
  elecRepeats,
  startMs,
  seed,
  appendTime,
}: InvarianceOptions): Promise<Result[]> {
  if (!runs.includes('elec')) return [];
  const stream = await elecStream();
  const log = elecLog(stream, elecRepeats, startMs);
  const version = await trainFirstVersion({ ...stream, seed });
  const versions = new Map([[stream.spec.model, [version]]]);
  const outcome = await announced('elec', () => performRun({ log, versions, seed, appendTime }, {}));
  return [runResult('elec', outcome, log), ...createJudge(log).windows('elec', outcome.conclusions.topics)];
}

/** Knows what a log should have led to. */
function createJudge(log: InputLog) {
  const expected = expectedRows(log);
  const closed = closedOf(log.specs, expected);
  return {
    closed,
    windows: (name: string, topics: Conclusions['topics']): Result[] =>
      windowResults(name, checkSignals(log.specs, expected, closed, topics['drift.signals'])),
  };
}

/** A run takes minutes: says which one it is. */
async function announced(name: string, work: () => Promise<RunOutcome>): Promise<RunOutcome> {
  console.error(`${name} …`);
  const outcome = await work();
  console.error(`${name}: ${Math.round(outcome.seconds)} s`);
  return outcome;
}
