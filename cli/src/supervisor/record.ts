import { rmSync } from 'node:fs';
import { identityOf } from '@driftloop/local';
import {
  type LocalService,
  type LocalState,
  type Restarts,
  runningServices,
  statePath,
  writeLocalState,
} from '../environment/settings.ts';
import type { End } from './restart-policy.ts';

/** What `down`, `status` and the next `up` read of this supervisor, written at each change. */
export interface FleetRecord {
  readonly environment: Readonly<Record<string, string>>;
  setEnvironment(environment: Readonly<Record<string, string>>): void;
  /**
   * Written down at once: `down` and the next `up` must find a process also when this one is
   * killed.
   */
  started(service: LocalService): void;
  /** Counts an end that nobody asked for. */
  ended(name: string, end: End, givenUp: boolean): void;
  running(): LocalService[];
  /** Removes the record when nothing runs any more. */
  forget(): void;
}

/** Opens the record of a data folder; what ran before stays on it. */
export function openFleetRecord(dataDir: string, before: LocalState | undefined): FleetRecord {
  const services = new Map(runningServices(before).map((service) => [service.name, service]));
  const restarts = new Map<string, Restarts>();
  const supervisor = identityOf(process.pid);
  let environment = before?.environment ?? {};
  const write = () =>
    writeLocalState(dataDir, {
      environment,
      services: [...services.values()],
      ...(supervisor === undefined ? {} : { supervisor }),
      restarts: Object.fromEntries(restarts),
    });
  // Counts go on over a supervisor that was replaced, as long as something of its time runs.
  for (const [name, known] of Object.entries(services.size > 0 ? (before?.restarts ?? {}) : {}))
    restarts.set(name, { count: known.count, lastEndAt: known.lastEndAt, reason: known.reason });
  write();
  return {
    get environment() {
      return environment;
    },
    setEnvironment(next) {
      environment = next;
      write();
    },
    started(service) {
      services.set(service.name, service);
      write();
    },
    ended(name, { at, reason }, givenUp) {
      const count = (restarts.get(name)?.count ?? 0) + (givenUp ? 0 : 1);
      services.delete(name);
      restarts.set(name, { count, lastEndAt: at, reason, ...(givenUp ? { givenUp } : {}) });
      write();
    },
    running: () => runningServices({ environment, services: [...services.values()] }),
    forget: () => rmSync(statePath(dataDir), { force: true }),
  };
}
