import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DriftloopError, ERROR_CODES, type ErrorCode } from '@driftloop/errors';
import type { TrainingJob, TrainingMessage, TrainingOutcome, TrainingReport } from './job.ts';

const PROCESS = fileURLToPath(new URL('./process.ts', import.meta.url));

/** Processes that training runs in. */
export interface TrainingProcesses {
  /**
   * Runs a job in a process of its own, so that training shares no event loop, memory or priority with anything else.
   *
   * @throws DriftloopError as the run ended, or TRAINING_FAILED when the process ended without an answer or was aborted
   */
  run(
    job: TrainingJob,
    options: { signal: AbortSignal; onProgress(report: TrainingReport): void },
  ): Promise<TrainingOutcome>;
  /** Ends the process that waits for the next job. */
  close(): void;
}

/**
 * Starts a process ahead of each job: it has loaded and warmed up what training needs when the job comes, since under drift every second
 * that a version is late costs its worth in rows.
 *
 * @param nice niceness of the processes, 0 to 19
 */
export function createTrainingProcesses(nice: number): TrainingProcesses {
  let spare: ChildProcess | undefined = start(nice);
  return {
    async run(job, options) {
      const child = spare?.connected ? spare : start(nice);
      spare = undefined;
      try {
        return await runIn(child, job, options);
      } finally {
        if (!options.signal.aborted) spare = start(nice);
      }
    },
    close: () => spare?.kill('SIGKILL'),
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
      finish();
    };
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaints = (complaints + text).slice(-4_000);
    });
    child.on('message', (message: TrainingMessage) => {
      switch (message.kind) {
        case 'progress':
          return options.onProgress(message.report);
        case 'outcome':
          return settle(() => resolve(message.outcome));
        case 'error':
          return settle(() => reject(new DriftloopError(knownCode(message.code), message.message)));
      }
    });
    child.once('error', (cause) =>
      settle(() =>
        reject(new DriftloopError('TRAINING_FAILED', 'The training process did not start.', { cause })),
      ),
    );
    child.once('exit', (code, signal) =>
      settle(() => {
        const end = options.signal.aborted ? 'was aborted' : `ended with ${signal ?? `code ${code}`}`;
        reject(new DriftloopError('TRAINING_FAILED', `The training process ${end}. ${complaints}`.trim()));
      }),
    );
    options.signal.addEventListener('abort', abort, { once: true });
    if (options.signal.aborted) abort();
    else child.send(job);
  });
}

function knownCode(code: string): ErrorCode {
  return code in ERROR_CODES ? (code as ErrorCode) : 'TRAINING_FAILED';
}
