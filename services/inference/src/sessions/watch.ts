import { Worker } from 'node:worker_threads';
import type { WatchdogData } from './watchdog.ts';

/** Tells the watchdog of this process what is being done, and what it may take. */
export interface Watch {
  /**
   * A call begins.
   * @param cpuMs CPU time that it may take, of all threads @param memoryBytes size that the process
   *   may have
   */
  begin(cpuMs: number, memoryBytes: number): void;
  end(): void;
}

/** Starts the watchdog. @param parentPid the process without which this one must not go on */
export async function startWatch(parentPid: number): Promise<Watch> {
  const call = new Int32Array(new SharedArrayBuffer(4));
  const limits = new Float64Array(new SharedArrayBuffer(16));
  const data: WatchdogData = { call, limits, parentPid };
  const thread = new Worker(new URL('./watchdog.ts', import.meta.url), { workerData: data });
  await new Promise((resolve, reject) => {
    thread.once('online', resolve);
    thread.once('error', reject);
  });
  thread.unref();
  return {
    begin(cpuMs, memoryBytes) {
      limits[0] = cpuMs;
      limits[1] = memoryBytes;
      Atomics.add(call, 0, 1);
    },
    end() {
      Atomics.add(call, 0, 1);
    },
  };
}
