/**
 * `pnpm bench study`: a study of many short jobs on several workers, of which one is killed by
 * SIGKILL every few seconds: whether each job counts once, and what a job costs beside its work.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '@driftloop/cli';
import { openStack } from '@driftloop/invariance';
import { checkStudy, followStudy, isFinished, planStudy, studyTable } from '@driftloop/studies';
import type { Benchmark } from '../harness/benchmark.ts';
import { integerFlag } from '../harness/integer-flag.ts';
import { countEnds } from './count-ends.ts';

/** The benchmark's own flags, as `parseArgs` takes them. */
export const flags = {
  jobs: { type: 'string' },
  workers: { type: 'string' },
  kills: { type: 'string' },
} as const;

const JOBS = 1_000;
const WORKERS = 4;
/** Seconds between kills; 0 for none. */
const KILL_EVERY_SECONDS = 5;
const BAR_MS = 20;

export const run: Benchmark = async ({ flags: given = {} }) => {
  const jobs = integerFlag('jobs', given.jobs, JOBS, 10);
  const workers = integerFlag('workers', given.workers, WORKERS, 1);
  const killEverySeconds = integerFlag('kills', given.kills, KILL_EVERY_SECONDS, 0);
  const stack = await openStack(true);
  const running = new Set<ChildProcess>();
  const over = new AbortController();
  let kills = 0;
  const launch = () => {
    const log = openSync(join(stack.folder, 'workers.log'), 'a');
    const child = spawn(process.execPath, [join(ROOT, 'services/study-worker/src/main.ts')], {
      env: {
        ...process.env,
        ...stack.environment,
        NODE_NO_WARNINGS: '1',
        STUDY_FOLDER: join(stack.folder, 'study'),
      },
      stdio: ['ignore', log, log],
    });
    running.add(child);
    child.once('exit', () => {
      running.delete(child);
      if (!over.signal.aborted) launch();
    });
  };
  try {
    const study = checkStudy(
      {
        study: 'bench',
        design: { kind: 'random', samples: jobs },
        parameters: { x: { from: 0, to: 1 } },
        steps: [{ name: 'echo', run: 'echo "{\\"x\\": $x}" > result.json', result: 'result.json' }],
        leaseMs: 2_000,
      },
      'bench',
    );
    for (let i = 0; i < workers; i++) launch();
    const { bus, producer } = stack.connections;
    const id = await planStudy(producer, study, 'bench');
    let since = 0;
    let first = 0;
    const killing = killNowAndThen(running, killEverySeconds, over.signal, () => kills++);
    const state = await followStudy(bus, id, {
      signal: over.signal,
      onChange(now) {
        const { done } = studyTable(now).counts;
        if (done > 0 && since === 0) [since, first] = [performance.now(), done];
        return isFinished(now);
      },
    });
    const elapsedMs = performance.now() - since;
    over.abort();
    await killing;
    const { counts, rows } = studyTable(state);
    const ends = await countEnds(bus, id);
    const right = rows.filter(({ values, metrics }) => metrics.x === values.x).length;
    const perJobMs = elapsedMs / Math.max(1, jobs - first);
    return [
      {
        metric: 'jobs with their result',
        value: right,
        unit: 'jobs',
        bar: `= ${jobs}`,
        holds: right === jobs && counts.failed === 0,
      },
      {
        metric: `a job that does nothing, ${workers} workers`,
        value: perJobMs,
        unit: 'ms',
        bar: `< ${BAR_MS}`,
        holds: perJobMs < BAR_MS,
        figures: {
          jobs,
          workers,
          kills,
          resultsWritten: ends,
          seconds: elapsedMs / 1_000,
          perWorkerMs: perJobMs * workers,
        },
      },
    ];
  } finally {
    over.abort();
    for (const child of running) child.kill('SIGKILL');
    await stack.close();
  }
};

async function killNowAndThen(
  running: ReadonlySet<ChildProcess>,
  everySeconds: number,
  signal: AbortSignal,
  onKill: () => void,
): Promise<void> {
  while (everySeconds > 0 && !signal.aborted) {
    await sleep(1_000 * everySeconds, undefined, { signal }).catch(() => undefined);
    const children = [...running];
    const victim = children[Math.floor(Math.random() * children.length)];
    if (signal.aborted || !victim) continue;
    victim.kill('SIGKILL');
    onKill();
  }
}
