/** How serving does. */
export interface ServingLoad {
  /** Requests without an answer. */
  readonly lag: number;
  /** 99th percentile of the milliseconds to an answer; 0 where it is not known. */
  readonly p99Ms: number;
}

/** What serving may come to while training goes on; 0 for no limit. */
export interface LoadLimits {
  readonly mostLag: number;
  readonly mostP99Ms: number;
}

/** How many times its limit the load is, by whichever is further beyond; 0 without limits. Pure. */
export function pressureOf({ lag, p99Ms }: ServingLoad, { mostLag, mostP99Ms }: LoadLimits): number {
  return Math.max(mostLag > 0 ? lag / mostLag : 0, mostP99Ms > 0 ? p99Ms / mostP99Ms : 0);
}

/** The load in words. */
export function describeLoad({ lag, p99Ms }: ServingLoad): string {
  const waiting = `${lag} requests wait for their answers`;
  return p99Ms > 0 ? `${waiting}, which take ${Math.round(p99Ms)} ms at the 99th percentile` : waiting;
}
