import { eValueOf } from '@driftloop/detectors';
import { exceedance } from '@driftloop/stats';

/** Runs of either version that are compared at once, and which of the live one's largest counts. */
const RUNS = 200;
const RANK = 2;
/** Differences up to here are nobody's loss, ms. */
const LEAST_MS = 1;
/** Evidence is not counted beyond. */
const MOST = 1e9;

/** How long versions took for the same rows, and what speaks for the one on trial being slower. */
export interface RunTimes {
  /** Of runs that are not compared yet, milliseconds. */
  readonly trial: readonly number[];
  readonly live: readonly number[];
  /** Runs that were compared. */
  readonly runs: number;
  /** 99th percentiles of the newest comparison, milliseconds; undefined before the first. */
  readonly compared: { readonly trialMs: number; readonly liveMs: number } | undefined;
  /** Evidence that it is slower by more than the margin, as odds to 1. */
  readonly odds: number;
}

/** Before the first run. */
export const NO_RUNS: RunTimes = { trial: [], live: [], runs: 0, compared: undefined, odds: 1 };

/**
 * Takes in a run of both versions on the same rows. Each 200 of them are compared by how many of
 * the trial's lie beyond the live version's 99th percentile and the margin (the exceedance test,
 * which assumes nothing of how times are spread); as products of e-values the comparisons add up.
 * While the version is no slower the odds exceed c at any time with a chance of at most 1/c (Vovk
 * and Wang 2021, "E-values: calibration, combination and applications"), as far as one run's time
 * says nothing of the next one's. Pure.
 *
 * @param margin share of the live version's time by which it may be slower, at least 0
 */
export function weighRunTimes(
  times: RunTimes,
  { trialMs, liveMs }: { readonly trialMs: number; readonly liveMs: number },
  margin: number,
): RunTimes {
  const trial = [...times.trial, trialMs];
  const live = [...times.live, liveMs];
  if (live.length < RUNS) return { ...times, trial, live };
  const allowed = live.map((ms) => Math.max(ms * (1 + margin), ms + LEAST_MS));
  const { pValue } = exceedance(allowed, trial, RANK);
  return {
    trial: [],
    live: [],
    runs: times.runs + RUNS,
    compared: { trialMs: rankedOf(trial), liveMs: rankedOf(live) },
    odds: Math.min(MOST, times.odds * eValueOf(pValue)),
  };
}

function rankedOf(values: readonly number[]): number {
  return values.toSorted((a, b) => b - a)[RANK - 1] as number;
}
