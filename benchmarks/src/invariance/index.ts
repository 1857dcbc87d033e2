/**
 * `pnpm bench invariance`: one fixed log, processed by real services in many ways. Every window
 * must hold every row, and all that is concluded must be the same each time.
 */

import type { Connections } from '@driftloop/connections';
import { DriftloopError } from '@driftloop/errors';
import type { Conclusions } from '@driftloop/invariance';
import { fixedLog, replayed, subjects, versionsOf } from '@driftloop/invariance';
import { trainFirstVersion } from '@driftloop/scenario';
import type { Benchmark, Result } from '../harness/benchmark.ts';
import { startBusyLoops } from '../harness/busy-loops.ts';
import { elecLog, elecStream } from '../live/elec-log.ts';
import { createJudge } from './judge.ts';
import { type InvarianceOptions, modeOf, readOptions } from './options.ts';
import { describeFailures } from './results.ts';
import { performRun, type RunOutcome } from './run/perform-run.ts';

export { flags } from './options.ts';

/** A bar that does not hold ends the command with 1. */
export const isPromise = true;

export const run: Benchmark = async ({ samples, busy = 0, flags = {} }) => {
  const options = readOptions(flags, Date.now());
  const loops = startBusyLoops(busy);
  try {
    const results = [...(await fixedLogRuns(options, samples)), ...(await elecRun(options))];
    for (const line of describeFailures(results)) console.error(line);
    return results;
  } finally {
    loops.end();
  }
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
  const judge = createJudge(log, { isComparable: !appendTime });
  const results: Result[] = [];
  for (const name of live) {
    let replay: Conclusions['topics'] | undefined;
    const onSettled = async (connections: Connections) => {
      if (wantsBacktest) replay = await replayed(connections, log.specs);
    };
    const input = { log, versions, seed, appendTime, onSettled };
    const outcome = await attempt(name, () => performRun(input, modeOf(name, options)));
    results.push(...judge(name, outcome, replay));
  }
  return results;
}

/**
 * Elec2 again and again, flat out, on topics as driftloop makes them: as a producer does it that
 * knows of nothing.
 */
async function elecRun({ runs, elecRepeats, startMs, seed }: InvarianceOptions): Promise<Result[]> {
  if (!runs.includes('elec')) return [];
  const stream = await elecStream();
  const log = elecLog(stream, elecRepeats, startMs);
  const version = await trainFirstVersion({ ...stream, seed });
  const versions = new Map([[stream.spec.model, [version]]]);
  const outcome = await attempt('elec', () => performRun({ log, versions, seed, appendTime: true }, {}));
  return createJudge(log, { isComparable: false })('elec', outcome);
}

/**
 * Does a run, which takes minutes, and says so; one that fails does not keep the next ones from
 * being done.
 */
async function attempt(name: string, work: () => Promise<RunOutcome>): Promise<RunOutcome | DriftloopError> {
  console.error(`${name} …`);
  try {
    const outcome = await work();
    console.error(`${name}: ${Math.round(outcome.seconds)} s`);
    return outcome;
  } catch (error) {
    if (error instanceof DriftloopError) return error;
    throw error;
  }
}
