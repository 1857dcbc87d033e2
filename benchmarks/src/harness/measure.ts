import type { Result } from './benchmark.ts';
import { summarize } from './samples.ts';

/** CPU seconds of this process, all threads, that a task takes. */
export function cpuSeconds(task: () => void): number {
  const before = process.cpuUsage();
  task();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** A figure beside its peer's, with the least ratio that was asked for. */
export interface Beside {
  readonly name: string;
  readonly value: number | undefined;
  readonly atLeast?: number;
}

/**
 * Repeated rates (more is better) as a result; without a peer's value the bar is named, but not
 * judged.
 */
export function rateResult(metric: string, rates: readonly number[], unit: string, beside: Beside): Result {
  const { median, min, max } = summarize(rates);
  const ratio = beside.value === undefined ? undefined : median / beside.value;
  return { metric, value: median, unit, spread: { min, max }, ...besideResult(beside, ratio) };
}

/** Repeated times (less is better) as a result. */
export function timeResult(metric: string, times: readonly number[], unit: string, beside: Beside): Result {
  const { median, min, max } = summarize(times);
  const ratio = beside.value === undefined ? undefined : beside.value / median;
  return { metric, value: median, unit, spread: { min, max }, ...besideResult(beside, ratio) };
}

function besideResult({ name, value, atLeast }: Beside, ratio: number | undefined): Partial<Result> {
  const bar = atLeast === undefined ? {} : { bar: `ratio >= ${atLeast}` };
  if (value === undefined || ratio === undefined) return bar;
  return {
    ...bar,
    peer: name,
    peerValue: value,
    ratio,
    ...(atLeast === undefined ? {} : { holds: ratio >= atLeast }),
  };
}
