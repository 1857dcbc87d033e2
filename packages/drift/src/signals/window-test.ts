import type { ModelSpec, ModelTask } from '@driftloop/schemas';
import type { FaultKind } from '../faults/fault.ts';
import type { ReferenceProfile } from '../profile/reference-profile.ts';
import type { EvidenceItem } from './evidence-item.ts';
import type { Words } from './words.ts';

/** A closed window, ready to be tested. */
export interface TestedWindow<Content> {
  readonly spec: ModelSpec;
  /** Version whose reference it is tested against. */
  readonly version: number;
  readonly profile: ReferenceProfile;
  /** Start, inclusive; several base windows when they were merged. */
  readonly start: number;
  /** End, exclusive. */
  readonly end: number;
  /** Rows. */
  readonly n: number;
  /** Rows that came too late for a window of the signal so far. @default 0 */
  readonly late?: number;
  /** Rows left out so far since their windows lay too far ahead. @default 0 */
  readonly ahead?: number;
  /** What the signal keeps of a window. */
  readonly content: Content;
  /**
   * Probability of a false alarm that each test may spend on this window, over all features it
   * looks at.
   */
  readonly alpha: number;
}

/** What one test says about one feature, or about all together. */
export interface Finding {
  /** Feature name; empty for all together. */
  readonly feature: string;
  readonly statistic: number;
  /** After control for the number of features; null where the test has none. */
  readonly pValue: number | null;
  /** Drift beyond this value of the statistic. */
  readonly threshold: number;
  /**
   * What the statistic is without drift: the reference's value, or what chance alone gives; null
   * where neither is known.
   */
  readonly expected: number | null;
  /** What of it stands out, from where to where, in words; empty where the numbers say it all. */
  readonly detail: string;
  /** 0 to 1; 0.5 is where the test alone calls it drift. */
  readonly severity: number;
  readonly drifted: boolean;
  /**
   * Where the statistic is an estimate: it lies between these with 95 % confidence. Absent where
   * the test has no such bounds.
   */
  readonly lower?: number;
  readonly upper?: number;
  /** Event time. */
  readonly changePoint: number | null;
  /** Version that answered the same requests in shadow; absent where none is compared with. */
  readonly rival?: number;
  /** At most 1 on average while nothing is wrong; absent where the test has none. */
  readonly eValue?: number;
}

/** A finding with the name of the test that made it. */
export interface NamedFinding extends Finding {
  readonly detector: string;
}

/** Findings, and what the test wants to know at the version's next window: a JSON value. */
export interface TestResult {
  readonly findings: readonly Finding[];
  readonly memory?: unknown;
}

/** What a test says about its results, for whoever weighs and tells them. */
export interface TestMeaning {
  /** Name in signals and in a spec's `drift.detectors`; no other test of any signal has it. */
  readonly name: string;
  /**
   * How much its evidence counts beside that of the signal's other tests. Only what makes answers
   * wrong is to count as concept drift: a test that looks at something else there has 0, and is
   * left out. @default 1
   */
  readonly weight?: number;
  /**
   * Whether its statistic is the version's score: the accuracy, or a regression's mean squared
   * error.
   * @default false
   */
  readonly isScore?: boolean;
  /**
   * Whether it compares with versions that answer in shadow: what it says is the evidence for one
   * to come back.
   * @default false
   */
  readonly comparesVersions?: boolean;
  /**
   * The fault of the pipeline that it looks for: it runs beside whatever other test of its signal
   * is chosen, speaks only where it finds one, and names the columns.
   * @default none
   */
  readonly fault?: FaultKind;
  /** Whether it says which kind of drift fits the labels: see `cause`. @default false */
  readonly tellsKind?: boolean;
  /**
   * Place among the tests of inputs whose statistics, one for each feature, say what a window
   * looked like: of those that ran, the first is taken. @default none
   */
  readonly fingerprint?: 1 | 2;
  /**
   * What a result says, in words; one that was restored may lack fields. A whole sentence where
   * there is no limit to name.
   */
  words(item: EvidenceItem, task: ModelTask): Words | string;
}

/**
 * One way to look at a window. A test is one file that exports one of these and one line in its
 * signal's index. It is pure; what it keeps between the windows of a version it returns as
 * `memory`.
 */
export interface WindowTest<Content> extends TestMeaning {
  /** Whether it runs when a spec names no detectors. */
  readonly byDefault: boolean;
  /**
   * Whether it can call a window drifted, and so has its part in the false alarms.
   * @default true
   */
  readonly raisesAlarms?: boolean;
  /**
   * Whether a version has what it looks at; else it has no part in the false alarms.
   * @default true
   */
  applies?(profile: ReferenceProfile, spec: ModelSpec): boolean;
  run(window: TestedWindow<Content>, memory: unknown): TestResult;
}

/**
 * Severity of a p-value: 0.5 where it meets alpha, 1 at alpha², 0 at p = 1; the same scale for all
 * tests.
 */
function severityOf(pValue: number, alpha: number): number {
  if (!(pValue > 0)) return 1;
  return Math.min(1, Math.max(0, (0.5 * Math.log(pValue)) / Math.log(alpha)));
}

/** A finding of a test with a p-value. */
export function findingOf(
  window: { readonly alpha: number },
  finding: {
    feature?: string;
    statistic: number;
    pValue: number;
    threshold: number;
    expected: number;
    detail?: string;
  },
): Finding {
  const { feature = '', statistic, pValue, threshold, expected, detail = '' } = finding;
  const severity = severityOf(pValue, window.alpha);
  const drifted = pValue < window.alpha;
  return { feature, statistic, pValue, threshold, expected, detail, severity, drifted, changePoint: null };
}
