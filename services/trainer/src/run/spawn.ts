import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DriftloopError, isErrorCode } from '@driftloop/errors';
import type { LabelledRows } from '@driftloop/spec';
import { openTrainingGroup, type TrainingGroup } from './cgroup.ts';
import { discardCheckpoints } from './checkpoints.ts';
import type { TrainingJob, TrainingMessage, TrainingOrder, TrainingOutcome, TrainingReport } from './job.ts';
import { watchMemory } from './memory-bound.ts';
import type { ProcessSettings } from './process.ts';

const PROCESS = fileURLToPath(new URL('./process.ts', import.meta.url));

/** What a job's owner hears, and is asked. */
export interface RunOptions {
  readonly signal: AbortSignal;
  onProgress(report: TrainingReport): void;
  /**
   * Labelled rows younger than the job's, for the last look at a candidate; undefined leaves it
   * out. Must not reject.
   * @default none
   */
  freshRows?(): Promise<LabelledRows | undefined>;
  /** Told what the run goes on without. */
  onWarning?(message: string): void;
}

/** Processes that training runs in. */
export interface TrainingProcesses {
  /**
   * Waits until the first process is warm.
   *
   * @returns name and version of its engine
   * @throws DriftloopError ENGINE_UNAVAILABLE or CONFIG_INVALID when it cannot run the engine,
   *   TRAINING_FAILED when it ended
   */
  ready(): Promise<string>;
  /**
   * Runs a job in a process for training alone, which shares no event loop, memory or priority with
   * anything else.
   *
   * @throws DriftloopError as the run ended, or TRAINING_FAILED when the process ended without an
   *   answer or was aborted
   */
  run(job: TrainingJob, options: RunOptions): Promise<TrainingOutcome>;
  /**
   * The outcome of a job is told: what was kept so that a killed run could go on is not needed any
   * more.
   * @param engine that it ran on
   */
  discard(job: TrainingJob, engine: string): Promise<void>;
  /** Id of the process that trains, or waits for the next job. */
  pid(): number | undefined;
  /**
   * Has the process that trains stand still, or go on. On a system that cannot stop processes
   * nothing happens.
   */
  hold(isHeld: boolean): void;
  /** Ends the process that waits for the next job, if none is under way. */
  close(): void;
}

/**
 * Jobs after which a process is replaced, so that what a library does not give back cannot pile up.
 */
const MOST_JOBS = 50;

/** A process and what is known of it. */
interface Worker {
  readonly child: ChildProcess;
  /** Name of its engine, once it is warm. */
  readonly warm: Promise<string>;
  jobs: number;
}

/**
 * Starts a process ahead of the first job: it has loaded and warmed up what training needs when the
 * job comes, since under drift every second that a version is late costs its worth in rows. It
 * takes one job after another; after one that failed, a new one is started.
 *
 * @throws DriftloopError CONFIG_INVALID where the control group cannot be used
 */
export function createTrainingProcesses(settings: ProcessSettings): TrainingProcesses {
  const { cgroup = '', mostMemoryMb } = settings;
  const group = cgroup === '' ? undefined : openTrainingGroup(cgroup, mostMemoryMb);
  let waiting: Worker | undefined = start(settings, group);
  let newest = waiting;
  const { warm } = waiting;
  return {
    ready: () => warm,
    async run(job, options) {
      const worker = waiting?.child.connected ? waiting : start(settings, group);
      waiting = undefined;
      newest = worker;
      let isSound = false;
      try {
        const outcome = await runIn(worker.child, job, options, settings.mostMemoryMb);
        isSound = ++worker.jobs < MOST_JOBS;
        return outcome;
      } finally {
        if (!isSound) worker.child.kill('SIGKILL');
        if (!options.signal.aborted) waiting = isSound ? worker : start(settings, group);
      }
    },
    discard: discardCheckpoints,
    pid: () => (waiting ?? newest).child.pid,
    hold(isHeld) {
      if (process.platform !== 'win32') newest.child.kill(isHeld ? 'SIGSTOP' : 'SIGCONT');
    },
    close: () => waiting?.child.kill('SIGKILL'),
  };
}

function start(settings: ProcessSettings, group: TrainingGroup | undefined): Worker {
  const child = fork(PROCESS, [JSON.stringify(settings)], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  if (group && child.pid !== undefined) group.take(child.pid);
  const warm = listen(child, {
    signal: new AbortController().signal,
    answer: (message) => (message.kind === 'ready' ? message.engine : undefined),
  });
  // Only who asks for it wants to know; a job says it too.
  warm.catch(() => {});
  return { child, warm, jobs: 0 };
}

function runIn(
  child: ChildProcess,
  job: TrainingJob,
  options: RunOptions,
  mostMemoryMb = 0,
): Promise<TrainingOutcome> {
  let tooLarge: string | undefined;
  const unwatch =
    mostMemoryMb > 0 && child.pid !== undefined
      ? watchMemory(child.pid, mostMemoryMb * 2 ** 20, (bytes) => {
          tooLarge = `held ${Math.round(bytes / 2 ** 20)} MiB, more than TRAINER_PROCESS_MB (${mostMemoryMb}) allows`;
          child.kill('SIGKILL');
        })
      : () => {};

  const order = (next: TrainingOrder) => {
    if (child.connected) child.send(next);
  };
  const outcome = listen(child, {
    signal: options.signal,
    whyEnded: () => tooLarge,
    answer(message) {
      if (message.kind === 'progress') options.onProgress(message.report);
      if (message.kind === 'warning') options.onWarning?.(message.message);
      if (message.kind === 'fresh') {
        const rows = options.freshRows?.() ?? Promise.resolve(undefined);
        void rows.then((found) => order({ kind: 'fresh', rows: found }));
      }
      return message.kind === 'outcome' ? message.outcome : undefined;
    },
  });
  if (!options.signal.aborted) order({ kind: 'job', job });
  return outcome.finally(unwatch);
}

/** Listens until a message holds the answer, an error, or the process ends; an abort ends it. */
function listen<T>(
  child: ChildProcess,
  {
    signal,
    answer,
    whyEnded,
  }: {
    signal: AbortSignal;
    answer(message: TrainingMessage): T | undefined;
    /** Why the process was ended, where that is known. */
    whyEnded?(): string | undefined;
  },
): Promise<T> {
  return new Promise((resolve, reject) => {
    let complaints = '';
    const abort = () => child.kill('SIGKILL');
    const settle = () => {
      signal.removeEventListener('abort', abort);
      child.stderr?.off('data', onComplaint);
      child.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    const onComplaint = (text: string) => {
      complaints = (complaints + text).slice(-4_000);
    };
    const onMessage = (message: TrainingMessage) => {
      const found = answer(message);
      if (found === undefined && message.kind !== 'error') return;
      settle();
      if (found !== undefined) resolve(found);
      else if (message.kind === 'error')
        reject(
          new DriftloopError(isErrorCode(message.code) ? message.code : 'TRAINING_FAILED', message.message),
        );
    };
    const onError = (cause: Error) => {
      settle();
      reject(new DriftloopError('TRAINING_FAILED', 'The training process did not start.', { cause }));
    };
    const onExit = (code: number | null, ended: NodeJS.Signals | null) => {
      settle();
      const own = signal.aborted ? 'was aborted' : whyEnded?.();
      const end = own ?? `ended with ${ended ?? `code ${code}`}`;
      reject(new DriftloopError('TRAINING_FAILED', `The training process ${end}. ${complaints}`.trim()));
    };
    child.stderr?.setEncoding('utf8').on('data', onComplaint);
    child.on('message', onMessage).once('error', onError).once('exit', onExit);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
}
