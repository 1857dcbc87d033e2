import { DriftloopError } from '@driftloop/errors';
import { isBoundedModel } from './bounded-model.ts';
import { type Ending, ProcessEnded } from './ending.ts';
import { createGuardedRun } from './guarded-run.ts';
import type { LoadedModel, RunResult, SessionModel, SessionSettings } from './protocol.ts';
import { createSessionHost, type SessionHost, SlotMoved } from './session-host.ts';
import { startSessionThread } from './session-thread.ts';

/** A loaded version. */
export interface LoadedSession {
  /** Number of the process it was loaded in. */
  readonly worker: number;
  /**
   * Runs rows within their limits. A row that exceeds them, or crashes ONNX Runtime, fails alone.
   *
   * @param features row-major; must not change until the run has ended
   */
  run(features: Float32Array<ArrayBuffer>, rows: number): Promise<RunResult>;
  /** Frees it once the runs before have ended. */
  release(): Promise<void>;
}

/** Processes that own ONNX Runtime sessions. */
export interface SessionPool {
  /**
   * Loads and warms up a version. That keeps its process busy, so it goes where it is least in the way: into a process of its own while there may be another.
   *
   * @param avoid number of a process that must not be held up if there is another: the one that answers for this model now
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

/** Threads for models that need no process: with two, a swap does not hold up the version that is being replaced. */
const MOST_THREADS = 2;

/**
 * Makes a pool. A call of ONNX Runtime can neither be interrupted nor keep within an amount of memory, and a crash in it takes its process along: so it
 * happens in processes that may be lost; of models that no request can bring that far, in threads, which cost less.
 *
 * @param settings workers: most processes; a version that has ended a process which it shared gets one of its own beyond them
 */
export function startSessionPool(
  settings: SessionSettings & { readonly workers: number },
  events: PoolEvents,
): SessionPool {
  const { workers, ...limits } = settings;
  /** With the number of versions that are there, or on their way there. */
  const places: { readonly host: SessionHost; readonly isThread: boolean; versions: number }[] = [];
  const alone = new Set<SessionHost>();
  /** By slot. */
  const loaded = new Map<number, { readonly name: string; host: SessionHost }>();
  const hosts = () => [...places.map(({ host }) => host), ...alone];
  let nextSlot = 0;

  /** Others in the same process must not suffer again. */
  const isolate = (slot: number) => {
    const session = loaded.get(slot);
    if (!session || session.host.slots < 2) return;
    const model = session.host.give(slot);
    if (!model) return;
    session.host = createSessionHost(limits, isolate);
    alone.add(session.host);
    session.host.adopt(slot, model);
  };
  /** The number of the place of this kind with the fewest versions, another than `avoid` if there is one. */
  const choose = (isThread: boolean, avoid: number | undefined): number => {
    const own = [...places.keys()].filter((index) => places[index]?.isThread === isThread);
    const candidates = own.filter((index) => index !== avoid);
    const versionsOf = (index: number) => places[index]?.versions ?? 0;
    const best = candidates.reduce(
      (fewest, index) => (versionsOf(index) < versionsOf(fewest) ? index : fewest),
      candidates[0] ?? own[0] ?? 0,
    );
    const most = isThread ? MOST_THREADS : workers;
    if (own.length >= most || (candidates.length > 0 && versionsOf(best) === 0)) return best;
    const host = isThread
      ? createSessionHost(limits, () => undefined, startSessionThread)
      : createSessionHost(limits, isolate);
    return places.push({ host, isThread, versions: 0 }) - 1;
  };

  return {
    async load(model, avoid) {
      const worker = choose(isBoundedModel(model.onnx), avoid);
      const place = places[worker];
      if (!place) throw new Error('the pool has no process');
      const slot = nextSlot++;
      const { name } = model;
      const session = { name, host: place.host };
      let shown: LoadedModel;
      place.versions++;
      try {
        shown = await place.host.load(slot, model);
      } catch (cause) {
        place.versions--;
        throw new DriftloopError('MODEL_INVALID', problemOf(cause), { cause });
      }
      loaded.set(slot, session);
      const running = new Set<Promise<RunResult>>();
      const run = createGuardedRun({
        ...shown,
        width: model.width,
        now: () => performance.now(),
        onEnded: (ending, rows) => events.onEnded(name, ending, rows),
        async call(features, rows) {
          for (;;) {
            try {
              return await session.host.run(slot, features, rows);
            } catch (error) {
              if (!(error instanceof SlotMoved)) throw error;
            }
          }
        },
      });
      return {
        worker,
        run(features, rows) {
          const result = run(features, rows);
          running.add(result);
          const ended = () => running.delete(result);
          result.then(ended, ended);
          return result;
        },
        async release() {
          await Promise.allSettled(running);
          loaded.delete(slot);
          place.versions--;
          await session.host.release(slot);
          if (alone.delete(session.host)) await session.host.close();
        },
      };
    },
    describe: () =>
      hosts().map((host) => ({
        pid: host.pid,
        holds: [...loaded.values()].filter((session) => session.host === host).map(({ name }) => name),
      })),
    async close() {
      await Promise.all(hosts().map((host) => host.close()));
    },
  };
}

function problemOf(error: unknown): string {
  if (error instanceof ProcessEnded)
    return `The model cannot be served: while it was loaded, ${error.ending.reason}.`;
  return error instanceof Error ? error.message : String(error);
}
