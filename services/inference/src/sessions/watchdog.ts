/**
 * The thread that ends its process: when a call of ONNX Runtime takes more than it may, since
 * nothing can interrupt it, and when the service is gone. CPU time is measured, not the clock's: a
 * machine that is busy makes no request fail.
 */
import { workerData } from 'node:worker_threads';
import { DEADLINE_SIGNAL, MEMORY_SIGNAL } from './ending.ts';

/** What the thread shares with the one that it watches. */
export interface WatchdogData {
  /** Odd during a call, one more at its begin and end. */
  readonly call: Int32Array;
  /** CPU time of the call, milliseconds; size of the process, bytes. */
  readonly limits: Float64Array;
  readonly parentPid: number;
}

const POLL_MS = 20;
/**
 * A call that gets no CPU time for so long waits for what never comes. Looks are counted, so that a
 * stopped process is not mistaken for it.
 */
const MOST_LOOKS_AT_REST = 10_000 / POLL_MS;

const { call, limits, parentPid }: WatchdogData = workerData;
let seen = 0;
let cpuAtBegin = 0;
let lastCpu = 0;
let looksAtRest = 0;

setInterval(() => {
  if (process.ppid !== parentPid) process.kill(process.pid, 'SIGKILL');
  const current = Atomics.load(call, 0);
  if (current % 2 === 0) return;
  const { user, system } = process.cpuUsage();
  const cpu = (user + system) / 1000;
  if (current !== seen) {
    seen = current;
    cpuAtBegin = cpu;
    looksAtRest = 0;
  }
  looksAtRest = cpu - lastCpu < 1 ? looksAtRest + 1 : 0;
  lastCpu = cpu;
  const [cpuMs = 0, memoryBytes = 0] = limits;
  if (cpu - cpuAtBegin > cpuMs || looksAtRest > MOST_LOOKS_AT_REST) endBy(DEADLINE_SIGNAL, current);
  if (process.memoryUsage.rss() > memoryBytes) endBy(MEMORY_SIGNAL, current);
}, POLL_MS);

/** The call may have ended meanwhile. */
function endBy(signal: NodeJS.Signals, of: number): void {
  if (Atomics.load(call, 0) === of) process.kill(process.pid, signal);
}
