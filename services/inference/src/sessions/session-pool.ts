import { DriftloopError } from '@driftloop/errors';
import { isBoundedModel } from './bounded-model.ts';
import { type Ending, ProcessEnded } from './ending.ts';
import { createGuardedRun } from './guarded-run.ts';
import { createPlaces, type PlacedSession } from './places.ts';
import type { LoadedModel, RunResult, SessionModel, SessionSettings } from './protocol.ts';
import { SlotMoved } from './session-host.ts';

/** A loaded version. */
export interface LoadedSession {
  /** Number of the process it was loaded in. */
  readonly worker: number;
  /**
   * Runs rows within their limits. A row that exceeds them, or crashes ONNX Runtime, fails alone.
   *
   * @param features row-major; must not change until the run has ended
   * @param texts free texts, in which their slots have places. @default none
   */
  run(features: Float32Array<ArrayBuffer>, rows: number, texts?: readonly string[]): Promise<RunResult>;
  /** Frees it once the runs before have ended. */
  release(): Promise<void>;
}

/** Processes that own ONNX Runtime sessions. */
export interface SessionPool {
  /**
   * Loads and warms up a version. That keeps its process busy, so it goes where it is least in the
   * way: into a process of its own while there may be another.
   *
   * @param avoid number of a process that must not be held up if there is another: the one that
   *   answers for this model now
   * @throws DriftloopError MODEL_INVALID
   */
  load(model: SessionModel, avoid?: number): Promise<LoadedSession>;
  /** Processes with the versions that they hold. */
  describe(): { readonly pid: number | undefined; readonly holds: readonly string[] }[];
  close(): Promise<void>;
}

/** What is told of a process that a run has ended. */
export interface PoolEvents {
  /** @param name of the version that was run @param rows of the call */
  onEnded(name: string, ending: Ending, rows: number): void;
}

/**
 * Makes a pool. A call of ONNX Runtime can neither be interrupted nor keep within an amount of
 * memory, and a crash in it takes its process along: so it happens in processes that may be lost;
 * of models that no request can bring that far, in threads, which cost less.
 *
 * @param settings workers: most processes; a version that has ended a process which it shared gets
 *   one of its own beyond them
 */
export function startSessionPool(
  settings: SessionSettings & { readonly workers: number },
  events: PoolEvents,
): SessionPool {
  const { workers, ...limits } = settings;
  const places = createPlaces(limits, workers);
  let nextSlot = 0;

  return {
    async load(model, avoid) {
      const { place, number } = places.choose(isBoundedModel(model.onnx), avoid);
      const slot = nextSlot++;
      let shown: LoadedModel;
      place.versions++;
      try {
        shown = await place.host.load(slot, model);
      } catch (cause) {
        place.versions--;
        throw new DriftloopError('MODEL_INVALID', problemOf(cause), { cause });
      }
      const { name, width } = model;
      const session: PlacedSession = { name, host: place.host };
      places.add(slot, session);
      const run = createGuardedRun({
        ...shown,
        width,
        now: () => performance.now(),
        onEnded: (ending, rows) => events.onEnded(name, ending, rows),
        async call(features, rows, texts) {
          for (;;) {
            try {
              return await session.host.run(slot, features, rows, texts);
            } catch (error) {
              if (!(error instanceof SlotMoved)) throw error;
            }
          }
        },
      });
      const running = new Set<Promise<RunResult>>();
      return {
        worker: number,
        run(features, rows, texts) {
          const result = run(features, rows, texts);
          running.add(result);
          const ended = () => running.delete(result);
          result.then(ended, ended);
          return result;
        },
        async release() {
          await Promise.allSettled(running);
          place.versions--;
          await places.remove(slot, session);
        },
      };
    },
    describe: () =>
      places.hosts().map((host) => ({ pid: host.pid, holds: places.of(host).map(({ name }) => name) })),
    async close() {
      await Promise.all(places.hosts().map((host) => host.close()));
    },
  };
}

function problemOf(error: unknown): string {
  if (error instanceof ProcessEnded)
    return `The model cannot be served: while it was loaded, ${error.ending.reason}.`;
  return error instanceof Error ? error.message : String(error);
}
