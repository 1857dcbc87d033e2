import type { DriftSignal } from '@driftloop/schemas';

/** What one test said about one feature in the newest window of its signal. */
export interface EvidenceItem {
  readonly detector: string;
  readonly feature: string;
  readonly statistic: number;
  readonly threshold: number;
  /** Without drift; absent in checkpoints that were written before it was known. */
  readonly expected?: number | null;
  /** What of it stands out, in words. */
  readonly detail?: string;
  /** Of an estimate: it lies between these with 95 % confidence. */
  readonly lower?: number | null;
  readonly upper?: number | null;
  readonly pValue: number | null;
  readonly severity: number;
  readonly drifted: boolean;
  readonly changePoint: number | null;
  /** Version in shadow that the test compared with, and the e-value of its being better. */
  readonly rival?: number | null;
  readonly eValue?: number | null;
}

/**
 * Numbers of a signal as the log has them, or as JSON gives them back: there null stands for what
 * is no number.
 */
type Told = Omit<EvidenceItem, 'statistic' | 'threshold' | 'severity'> & {
  readonly statistic: number | null;
  readonly threshold: number | null;
  readonly severity: number | null;
};

/**
 * What is kept of a signal. Every number is one that JSON holds, whatever the record has: the state
 * that is restored is then the one that was saved.
 */
export function itemOf(signal: Told | DriftSignal): EvidenceItem {
  const { detector, feature, detail, drifted, changePoint, rival } = signal;
  return {
    detector,
    feature,
    statistic: finite(signal.statistic) ?? 0,
    threshold: finite(signal.threshold) ?? 0,
    expected: finite(signal.expected),
    detail: detail ?? '',
    pValue: within(0, signal.pValue, 1),
    severity: within(0, signal.severity, 1) ?? 0,
    drifted,
    changePoint: finite(changePoint),
    rival: rival ?? null,
    eValue: within(0, signal.eValue, Number.MAX_VALUE),
    ...(signal.lower === undefined || signal.lower === null ? {} : { lower: finite(signal.lower) }),
    ...(signal.upper === undefined || signal.upper === null ? {} : { upper: finite(signal.upper) }),
  };
}

/** Infinities as the largest number, -0 as 0; null for what is no number. */
function finite(value: number | null | undefined): number | null {
  return within(-Number.MAX_VALUE, value, Number.MAX_VALUE);
}

function within(low: number, value: number | null | undefined, high: number): number | null {
  if (value === null || value === undefined || Number.isNaN(value)) return null;
  return Math.min(high, Math.max(low, value)) + 0;
}
