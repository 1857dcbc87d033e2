/**
 * `pnpm bench invariance`: one fixed log, processed by real services in many ways. Every window must hold every row, and all that is concluded
 * must be the same each time.
 */
import { trainFirstVersion } from '@driftloop/cli';
import type { Connections } from '@driftloop/connections';
import { DriftloopError } from '@driftloop/errors';
import type { Benchmark, Result } from '../harness/benchmark.ts';
import { checkSignals, closedOf, compareConclusions, compareTopics } from './check/check-run.ts';
import { expectedRows } from './check/expected-rows.ts';
import { elecLog, elecStream } from './log/elec-log.ts';
import { fixedLog } from './log/fixed-log.ts';
import type { InputLog } from './log/input-log.ts';
import { subjects, versionsOf } from './log/models.ts';
import { type InvarianceOptions, modeOf, readOptions } from './options.ts';
import { describeFailures, differenceResults, failedResult, runResult, windowResults } from './results.ts';
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
  const wantsBacktest = runs.includes('backtest');
  const live = runs
    .filter((name) => name !== 'backtest' && name !== 'elec')
    .flatMap((name) =>
      name === 'again' ? new Array<typeof name>(Math.max(1, samples - 1)).fill(name) : [name],
    );
  if (live.length === 0 && wantsBacktest) live.push('flat');
  if (live.length === 0) return [];

  const log = fixedLog({ seed, rows, startMs });
  const versions = new Map(
    subjects(startMs).map((subject) => [subject.spec.model, versionsOf(subject, seed)]),
  );
  const judge = createJudge(log);
  const results: Result[] = [];
  let replayed: Conclusions['topics'] | undefined;
  for (const name of live) {
    const onSettled = async (connections: Connections) => {
      if (!replayed && wantsBacktest) replayed = await backtestAll(connections, log.specs);
    };
    const input = { log, versions, seed, appendTime, onSettled };
    results.push(...(await judged(name, log, judge, () => performRun(input, modeOf(name, options)))));
  }
  if (!wantsBacktest) return results;
  return [
    ...results,
    ...(replayed ? judge.replayed('backtest', replayed) : [failedResult('backtest', NO_HISTORY)]),
  ];
}

/** Elec2 again and again, flat out, on topics as driftloop makes them: as a producer does it that knows of nothing. */
async function elecRun({ runs, elecRepeats, startMs, seed }: InvarianceOptions): Promise<Result[]> {
  if (!runs.includes('elec')) return [];
  const stream = await elecStream();
  const log = elecLog(stream, elecRepeats, startMs);
  const version = await trainFirstVersion({ ...stream, seed });
  const versions = new Map([[stream.spec.model, [version]]]);
  return judged('elec', log, createJudge(log), () =>
    performRun({ log, versions, seed, appendTime: true }, {}),
  );
}

const NO_HISTORY = new Error('no run came to rest, so there is no history to backtest');

type Judge = ReturnType<typeof createJudge>;

/** Knows what a log should have led to, and remembers what its first run came to. */
function createJudge(log: InputLog) {
  const expected = expectedRows(log);
  const closed = closedOf(log.specs, expected);
  let first: Conclusions | undefined;
  const windows = (name: string, topics: Conclusions['topics']): Result[] =>
    windowResults(name, checkSignals(log.specs, expected, closed, topics['drift.signals']));
  return {
    live(name: string, { conclusions, settled }: RunOutcome): Result[] {
      const held = windows(name, conclusions.topics);
      if (first) return [...held, ...differenceResults(name, compareConclusions(first, conclusions, closed))];
      // Half a history is nothing to compare with.
      if (settled) first = conclusions;
      return held;
    },
    replayed(name: string, topics: Conclusions['topics']): Result[] {
      const held = windows(name, topics);
      return first
        ? [...held, ...differenceResults(name, compareTopics(first.topics, topics, closed))]
        : held;
    },
  };
}

/** Does a run, which takes minutes, and says so; one that fails does not keep the next ones from being done. */
async function judged(
  name: string,
  log: InputLog,
  judge: Judge,
  work: () => Promise<RunOutcome>,
): Promise<Result[]> {
  console.error(`${name} …`);
  try {
    const outcome = await work();
    console.error(`${name}: ${Math.round(outcome.seconds)} s`);
    return [runResult(name, outcome, log), ...judge.live(name, outcome)];
  } catch (error) {
    if (!(error instanceof DriftloopError)) throw error;
    return [failedResult(name, error)];
  }
}
