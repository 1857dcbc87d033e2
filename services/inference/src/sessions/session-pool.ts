import { DriftloopError } from '@driftloop/errors';
import type { RunResult, SessionModel, SessionSettings } from './protocol.ts';
import { type SessionWorker, startSessionWorker } from './session-worker.ts';

/** A loaded version. */
export interface LoadedSession {
  /** Index of the thread it lives on. */
  readonly worker: number;
  /** @param features row-major; its buffer is handed over to the thread */
  run(features: Float32Array<ArrayBuffer>, rows: number): Promise<RunResult>;
  /** Frees it once the runs before have ended. */
  release(): Promise<void>;
}

/** Threads that own ONNX Runtime sessions. */
export interface SessionPool {
  /**
   * Loads and warms up a version. That keeps its thread busy, so it goes where it is least in the way.
   *
   * @param avoid index of a thread that must not be held up if there is another: the one that answers for this model now
   * @throws DriftloopError MODEL_INVALID
   */
  load(model: SessionModel, avoid?: number): Promise<LoadedSession>;
  close(): Promise<void>;
}

/**
 * Starts the threads.
 *
 * @param settings workers: number of threads; with two, a swap does not hold up the version that is being replaced
 * @param onCrash called when a thread has ended by itself; the service cannot go on
 */
export function startSessionPool(
  settings: SessionSettings & { readonly workers: number },
  onCrash: (error: Error) => void,
): SessionPool {
  const { threads, runRows } = settings;
  const workers: { readonly thread: SessionWorker; sessions: number }[] = Array.from(
    { length: settings.workers },
    () => ({ thread: startSessionWorker({ threads, runRows }, onCrash), sessions: 0 }),
  );
  let nextSlot = 0;

  return {
    async load(model, avoid) {
      const index = leastLoaded(
        workers.map(({ sessions }) => sessions),
        avoid,
      );
      const worker = workers[index];
      if (!worker) throw new Error('the pool has no thread');
      const slot = nextSlot++;
      worker.sessions++;
      try {
        await worker.thread.send({ kind: 'load', slot, model });
      } catch (cause) {
        worker.sessions--;
        throw new DriftloopError('MODEL_INVALID', cause instanceof Error ? cause.message : String(cause), {
          cause,
        });
      }
      return {
        worker: index,
        async run(features, rows) {
          const result = await worker.thread.send({ kind: 'run', slot, features, rows });
          if (!result) throw new Error('a run has no result');
          return result;
        },
        async release() {
          worker.sessions--;
          await worker.thread.send({ kind: 'release', slot });
        },
      };
    },
    async close() {
      await Promise.all(workers.map(({ thread }) => thread.close()));
    },
  };
}

/** Index of the thread with the fewest sessions, another than `avoid` if there is one. */
function leastLoaded(sessions: readonly number[], avoid: number | undefined): number {
  const candidates = [...sessions.keys()].filter((index) => index !== avoid);
  return candidates.reduce(
    (best, index) => ((sessions[index] ?? 0) < (sessions[best] ?? 0) ? index : best),
    candidates[0] ?? 0,
  );
}
