import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DriftloopError, ERROR_CODES, type ErrorCode } from '@driftloop/errors';
import type { TrainingJob, TrainingMessage, TrainingOutcome, TrainingReport } from './job.ts';

const PROCESS = fileURLToPath(new URL('./process.ts', import.meta.url));

/** Processes that training runs in. */
export interface TrainingProcesses {
  /**
   * Runs a job in a process for training alone, which shares no event loop, memory or priority with anything else.
   *
   * @throws DriftloopError as the run ended, or TRAINING_FAILED when the process ended without an answer or was aborted
   */
  run(
    job: TrainingJob,
    options: { signal: AbortSignal; onProgress(report: TrainingReport): void },
  ): Promise<TrainingOutcome>;
  /** Id of the process that trains, or waits for the next job. */
  pid(): number | undefined;
  /** Ends the process that waits for the next job, if none is under way. */
  close(): void;
}

/** Jobs after which a process is replaced, so that what a library does not give back cannot pile up. */
const MOST_JOBS = 50;

/**
 * Starts a process ahead of the first job: it has loaded and warmed up what training needs when the job comes, since under drift every
 * second that a version is late costs its worth in rows. It takes one job after another; after one that failed, a new one is started.
 *
 * @param nice niceness of the processes, 0 to 19
 */
export function createTrainingProcesses(nice: number): TrainingProcesses {
  let ready: { child: ChildProcess; jobs: number } | undefined = { child: start(nice), jobs: 0 };
  let newest = ready.child;
  return {
    async run(job, options) {
      const taken = ready?.child.connected ? ready : { child: start(nice), jobs: 0 };
      ready = undefined;
      newest = taken.child;
      let isSound = false;
      try {
        const outcome = await runIn(taken.child, job, options);
        isSound = ++taken.jobs < MOST_JOBS;
        return outcome;
      } finally {
        if (!isSound) taken.child.kill('SIGKILL');
        if (!options.signal.aborted) ready = isSound ? taken : { child: start(nice), jobs: 0 };
      }
    },
    pid: () => (ready?.child ?? newest).pid,
    close: () => ready?.child.kill('SIGKILL'),
  };
}

function start(nice: number): ChildProcess {
  return fork(PROCESS, [String(nice)], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
}

function runIn(
  child: ChildProcess,
  job: TrainingJob,
  options: { signal: AbortSignal; onProgress(report: TrainingReport): void },
): Promise<TrainingOutcome> {
  return new Promise((resolve, reject) => {
    let settled = false;
    let complaints = '';
    const abort = () => child.kill('SIGKILL');
    const settle = (finish: () => void) => {
      if (settled) return;
      settled = true;
      options.signal.removeEventListener('abort', abort);
      child.stderr?.off('data', onComplaint);
      child.off('message', onMessage).off('error', onError).off('exit', onExit);
      finish();
    };
    const onComplaint = (text: string) => {
      complaints = (complaints + text).slice(-4_000);
    };
    const onMessage = (message: TrainingMessage) => {
      switch (message.kind) {
        case 'progress':
          return options.onProgress(message.report);
        case 'outcome':
          return settle(() => resolve(message.outcome));
        case 'error':
          return settle(() => reject(new DriftloopError(knownCode(message.code), message.message)));
      }
    };
    const onError = (cause: Error) =>
      settle(() =>
        reject(new DriftloopError('TRAINING_FAILED', 'The training process did not start.', { cause })),
      );
    const onExit = (code: number | null, signal: NodeJS.Signals | null) =>
      settle(() => {
        const end = options.signal.aborted ? 'was aborted' : `ended with ${signal ?? `code ${code}`}`;
        reject(new DriftloopError('TRAINING_FAILED', `The training process ${end}. ${complaints}`.trim()));
      });
    child.stderr?.setEncoding('utf8').on('data', onComplaint);
    child.on('message', onMessage).once('error', onError).once('exit', onExit);
    options.signal.addEventListener('abort', abort, { once: true });
    if (options.signal.aborted) abort();
    else child.send(job);
  });
}

function knownCode(code: string): ErrorCode {
  return code in ERROR_CODES ? (code as ErrorCode) : 'TRAINING_FAILED';
}
