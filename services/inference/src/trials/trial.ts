import type { PredictionRole } from '@driftloop/schemas';
import type { RolloutMargins } from '@driftloop/spec';
import type { Route } from '../serving/route.ts';
import type { RunResult } from '../sessions/protocol.ts';
import { type FailureEvidence, failureOdds, NO_FAILURES, shareOf, weighFailures } from './failures.ts';
import { NO_RUNS, type RunTimes, weighRunTimes } from './run-times.ts';

/** Odds to 1 at which a version on trial is given up: one of a thousand that are no worse. */
const LIMIT = 1_000;
/** Rows of a version before its failures count. */
const LEAST_ROWS = 100;

/** A version on trial beside the live one, and how it does in operation. */
export interface Trial {
  readonly version: number;
  readonly live: number;
  readonly failures: FailureEvidence;
  readonly times: RunTimes;
}

/** What one version answered to some rows of a batch, as far as a trial looks at it. */
export interface ObservedRun {
  readonly role: PredictionRole;
  readonly version: number;
  readonly result: Pick<RunResult, 'predicted' | 'failures' | 'runMs'>;
}

/** Why a version on trial is given up. */
export interface Worse {
  readonly cause: 'errors' | 'latency';
  readonly reason: string;
  /** The figures, by name. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** A trial of which nothing is known. */
export function newTrial(version: number, live: number): Trial {
  return { version, live, failures: NO_FAILURES, times: NO_RUNS };
}

/**
 * Versions of a route that are on trial: the canary, and what answers in shadow although the spec
 * does not name it. Pure.
 */
export function onTrial({ canary, shadows, spec }: Pick<Route, 'canary' | 'shadows' | 'spec'>): number[] {
  const named = new Set(spec.rollout.shadowVersions);
  const candidates = shadows.map(({ version }) => version).filter((version) => !named.has(version));
  return [...new Set([...(canary ? [canary.version] : []), ...candidates])];
}

/**
 * Takes in what a batch's rows came to: failed rows of the version, as canary and in shadow, beside
 * those of the live version; and how long both took where they were run on the same rows. Pure.
 */
export function observeTrial(
  { version, live, failures, times }: Trial,
  answers: readonly ObservedRun[],
  margins: RolloutMargins,
): Trial {
  const lives = answers.filter((answer) => answer.version === live && answer.role === 'live');
  const trials = answers.filter((answer) => answer.version === version);
  const seen = { trial: failuresOf(trials), live: failuresOf(lives) };
  const own = trials.find(({ role }) => role === 'shadow')?.result;
  const theirs = lives[0]?.result;
  // Rows of the one in shadow are those of the live version, or more; runs without time are
  // others'.
  const isPaired = own && theirs && own.predicted.length === theirs.predicted.length && theirs.runMs > 0;
  return {
    version,
    live,
    failures: weighFailures(failures, seen, margins.errors),
    times: isPaired
      ? weighRunTimes(times, { trialMs: own.runMs, liveMs: theirs.runMs }, margins.latency)
      : times,
  };
}

/**
 * Whether a version on trial is worse than the live one by more than the margins, and how. Pure.
 */
export function judgeTrial(trial: Trial, margins: RolloutMargins): Worse | undefined {
  return judgeFailures(trial, margins) ?? judgeTimes(trial, margins);
}

function judgeFailures({ version, live, failures }: Trial, { errors }: RolloutMargins): Worse | undefined {
  if (failures.trial.rows < LEAST_ROWS || failureOdds(failures) < LIMIT) return undefined;
  const [share, liveShare] = [shareOf(failures.trial), shareOf(failures.live)];
  return {
    cause: 'errors',
    reason: `version ${version} failed on ${percent(share)} of ${failures.trial.rows} rows and version ${live} on ${percent(liveShare)} of ${failures.live.rows}; the spec allows ${percent(errors)} more`,
    metrics: { trialErrorShare: share, liveErrorShare: liveShare, trialRows: failures.trial.rows },
  };
}

function judgeTimes({ version, live, times }: Trial, { latency }: RolloutMargins): Worse | undefined {
  if (times.odds < LIMIT || !times.compared) return undefined;
  const { trialMs, liveMs } = times.compared;
  return {
    cause: 'latency',
    reason: `at the 99th percentile version ${version} takes ${trialMs.toFixed(1)} ms for the rows for which version ${live} takes ${liveMs.toFixed(1)} ms (${times.runs} runs); the spec allows ${percent(latency)} more`,
    metrics: { trialRunP99Ms: trialMs, liveRunP99Ms: liveMs, trialRuns: times.runs },
  };
}

function failuresOf(answers: readonly ObservedRun[]) {
  return answers.reduce(
    ({ rows, failed }, { result }) => ({
      rows: rows + result.predicted.length,
      failed: failed + result.failures.length,
    }),
    { rows: 0, failed: 0 },
  );
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
