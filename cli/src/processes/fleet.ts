import { setTimeout as sleep } from 'node:timers/promises';
import { peakMemoryBytes } from './memory.ts';
import { SERVICE_NAMES, type ServiceName } from './names.ts';
import { type LaunchOptions, launchService, type ServiceProcess } from './service-process.ts';

/** Every service of driftloop as a process of its own, owned by this process. */
export interface Fleet {
  readonly services: ReadonlyMap<ServiceName, ServiceProcess>;
  /** Kills a service at once, as a crash would. */
  kill(name: ServiceName): Promise<void>;
  /** Starts a service that has ended. */
  start(name: ServiceName): Promise<void>;
  /** Peak resident memory of all services that ran, bytes; 0 where the system does not tell. */
  peakMemoryBytes(): number;
  /** Drains and ends every service. */
  stop(): Promise<void>;
}

const STOP_TIMEOUT_MS = 25_000;

/**
 * Starts services side by side and waits until all take traffic; when one does not start, the
 * others are ended.
 *
 * @param options.onExit told when a service ends without having been asked to
 */
export async function startFleet(
  options: Omit<LaunchOptions, 'detached' | 'port'> & {
    readonly names?: readonly ServiceName[];
    onExit?(name: ServiceName, how: string): void;
    onReady?(name: ServiceName): void;
  },
): Promise<Fleet> {
  const running = new Map<ServiceName, ServiceProcess>();
  const expected = new Set<ServiceName>();
  const peaks = new Map<number, number>();
  const starting = new Map<ServiceName, Promise<void>>();

  const start = (name: ServiceName) => {
    const launched = launch(name).finally(() => starting.delete(name));
    starting.set(name, launched);
    return launched;
  };
  const launch = async (name: ServiceName) => {
    expected.delete(name);
    const service = await launchService(name, options);
    running.set(name, service);
    options.onReady?.(name);
    void service.exited.then(({ code, signal }) => {
      if (running.get(name) === service) running.delete(name);
      if (!expected.has(name)) options.onExit?.(name, signal ?? `code ${code}`);
    });
  };
  const end = async (name: ServiceName, signal: NodeJS.Signals) => {
    // One that is about to run must not be missed. Whoever started it hears why it did not.
    await starting.get(name)?.catch(() => {});
    const service = running.get(name);
    if (!service) return;
    expected.add(name);
    remember(service.pid);
    process.kill(service.pid, signal);
    const deadline = sleep(STOP_TIMEOUT_MS, 'late' as const, { ref: false });
    if ((await Promise.race([service.exited, deadline])) === 'late') {
      process.kill(service.pid, 'SIGKILL');
      await service.exited;
    }
  };
  const remember = (pid: number) => {
    const peak = peakMemoryBytes(pid);
    if (peak > 0) peaks.set(pid, peak);
  };
  const stop = async () => {
    const names = new Set([...running.keys(), ...starting.keys()]);
    await Promise.all([...names].map((name) => end(name, 'SIGTERM')));
  };

  const starts = await Promise.allSettled((options.names ?? SERVICE_NAMES).map(start));
  const failure = starts.find((result) => result.status === 'rejected');
  if (failure) {
    await stop();
    throw failure.reason;
  }
  return {
    services: running,
    kill: (name) => end(name, 'SIGKILL'),
    start,
    peakMemoryBytes() {
      for (const service of running.values()) remember(service.pid);
      return [...peaks.values()].reduce((sum, bytes) => sum + bytes, 0);
    },
    stop,
  };
}
