import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fleet, type ServiceName, startFleet } from '@driftloop/cli';

/** The services of one scenario, each a process with an environment of its own. */
export interface Services {
  /** Folder of their logs. */
  readonly logDir: string;
  /**
   * Starts one, or one more of it.
   * @param instance distinguishes those of one service @default 0
   */
  start(name: ServiceName, instance?: number): Promise<void>;
  /** Kills it as a crash would. */
  kill(name: ServiceName, instance?: number): Promise<void>;
  /** Asks it to end, and waits. */
  stop(name: ServiceName, instance?: number): Promise<void>;
  freeze(name: ServiceName): void;
  thaw(name: ServiceName): void;
  signal(name: ServiceName, signal: NodeJS.Signals): void;
  /** Base address of its health. */
  urlOf(name: ServiceName): string;
  /** All that it has logged. */
  logOf(name: ServiceName): string;
  /** What has ended without having been asked to, and how. */
  readonly ended: readonly string[];
  /** Aborted when one has. */
  readonly signalEnded: AbortSignal;
  close(): Promise<void>;
}

/** Most of the log of a service that has ended, in what is told of it. */
const TOLD_CHARACTERS = 400;

/** Starts none. @param environmentOf the variables of a service */
export function createServices(
  logDir: string,
  environmentOf: (name: ServiceName) => Readonly<Record<string, string>>,
): Services {
  const fleets = new Map<string, Fleet>();
  const ended: string[] = [];
  const over = new AbortController();
  const keyOf = (name: ServiceName, instance = 0) => `${name}-${instance}`;
  const folderOf = (name: ServiceName, instance = 0) => join(logDir, keyOf(name, instance));
  const logOf = (name: ServiceName) => readFileSync(join(folderOf(name), `${name}.log`), 'utf8');
  const pidOf = (name: ServiceName) => {
    const pid = fleets.get(keyOf(name))?.services.get(name)?.pid;
    if (pid === undefined) throw new Error(`${name} does not run`);
    return pid;
  };
  const signal = (name: ServiceName, what: NodeJS.Signals) => void process.kill(pidOf(name), what);
  return {
    logDir,
    async start(name, instance) {
      const known = fleets.get(keyOf(name, instance));
      if (known) return known.start(name);
      const fleet = await startFleet({
        names: [name],
        environment: environmentOf(name),
        logDir: folderOf(name, instance),
        onExit(_, how) {
          ended.push(`${name} ended with ${how}: ${logOf(name).trimEnd().slice(-TOLD_CHARACTERS)}`);
          over.abort();
        },
      });
      fleets.set(keyOf(name, instance), fleet);
    },
    async kill(name, instance) {
      await fleets.get(keyOf(name, instance))?.kill(name);
    },
    async stop(name, instance) {
      await fleets.get(keyOf(name, instance))?.stop();
    },
    freeze: (name) => signal(name, 'SIGSTOP'),
    thaw: (name) => signal(name, 'SIGCONT'),
    signal,
    urlOf: (name) => fleets.get(keyOf(name))?.services.get(name)?.url ?? '',
    logOf,
    ended,
    signalEnded: over.signal,
    async close() {
      await Promise.all([...fleets.values()].map((fleet) => fleet.stop()));
    },
  };
}
