import type { SessionSettings } from './protocol.ts';
import { createSessionHost, type SessionHost } from './session-host.ts';
import { startSessionThread } from './session-thread.ts';

/** A process or thread that versions are loaded in. */
export interface Place {
  readonly host: SessionHost;
  readonly isThread: boolean;
  /** That are there, or on their way there. */
  versions: number;
}

/** A version and where it is now. */
export interface PlacedSession {
  readonly name: string;
  host: SessionHost;
}

/** Where versions are loaded, and where they go when one of them has ended its process. */
export interface Places {
  /**
   * The place of this kind with the fewest versions, another than number `avoid` if there is one; a
   * new one while there may be more.
   */
  choose(isThread: boolean, avoid: number | undefined): { readonly place: Place; readonly number: number };
  /** A version has been loaded. */
  add(slot: number, session: PlacedSession): void;
  /** Frees a version. */
  remove(slot: number, session: PlacedSession): Promise<void>;
  hosts(): readonly SessionHost[];
  /** Versions that a host holds. */
  of(host: SessionHost): readonly PlacedSession[];
}

/**
 * Threads for models that need no process: with two, a swap does not hold up the version that is
 * being replaced.
 */
const MOST_THREADS = 2;

/**
 * @param workers most processes; a version that has ended a process which it shared gets one of its
 *   own beyond them
 */
export function createPlaces(limits: SessionSettings, workers: number): Places {
  const places: Place[] = [];
  const alone = new Set<SessionHost>();
  /** By slot. */
  const loaded = new Map<number, PlacedSession>();

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
  const open = (isThread: boolean): Place => {
    const host = isThread
      ? createSessionHost(limits, () => undefined, startSessionThread)
      : createSessionHost(limits, isolate);
    const place = { host, isThread, versions: 0 };
    places.push(place);
    return place;
  };

  return {
    choose(isThread, avoid) {
      const own = [...places.entries()].filter(([, place]) => place.isThread === isThread);
      const candidates = own.filter(([number]) => number !== avoid);
      const fewest = candidates.reduce<(typeof own)[number] | undefined>(
        (best, each) => (best === undefined || each[1].versions < best[1].versions ? each : best),
        undefined,
      );
      const best = fewest ?? own[0];
      const isFull = own.length >= (isThread ? MOST_THREADS : workers);
      if (best && (isFull || fewest?.[1].versions === 0)) return { number: best[0], place: best[1] };
      return { place: open(isThread), number: places.length - 1 };
    },
    add: (slot, session) => void loaded.set(slot, session),
    async remove(slot, session) {
      loaded.delete(slot);
      await session.host.release(slot);
      if (alone.delete(session.host)) await session.host.close();
    },
    hosts: () => [...places.map(({ host }) => host), ...alone],
    of: (host) => [...loaded.values()].filter((session) => session.host === host),
  };
}
