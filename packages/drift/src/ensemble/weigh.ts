import type { Signal } from '@driftloop/schemas';
import type { CompleteWindow } from './collect.ts';
import { eValueOf } from './e-value.ts';
import type { EvidenceItem } from './state.ts';

/**
 * How much each test's evidence counts within its signal; tests that are not named count 1, weight 0 is left out. Only what makes
 * answers wrong counts as concept drift: classes that come more often, or labels that come late, do not by themselves.
 */
const WEIGHTS: Readonly<Record<Signal, Readonly<Record<string, number>>>> = {
  data: {},
  prediction: { cbpe: 2 },
  concept: { accuracy: 4, labels: 0, lag: 0 },
};

/** Evidence of one window, and the share of each of its items. */
export interface WeighedWindow {
  /** Weighted mean of the tests' e-values; 1 says nothing either way. */
  readonly eValue: number;
  /** Items by their share of it, largest first. */
  readonly items: readonly { readonly item: EvidenceItem; readonly share: number }[];
}

/**
 * Weighs a window's results. A test speaks by its strongest feature, whose p-value is already adjusted for the others; the weighted
 * average of the tests' e-values is an e-value, whatever the dependence between them.
 */
export function weighWindow(signal: Signal, window: Pick<CompleteWindow, 'items'>): WeighedWindow {
  const strongest = new Map<string, EvidenceItem>();
  for (const item of window.items) {
    const known = strongest.get(item.detector);
    if (item.pValue !== null && (known?.pValue ?? 2) > item.pValue) strongest.set(item.detector, item);
  }
  const parts = [...strongest.values()].map((item) => {
    const weight = WEIGHTS[signal][item.detector] ?? 1;
    return { item, weight, evidence: weight * eValueOf(item.pValue ?? 1) };
  });
  const weights = parts.reduce((sum, { weight }) => sum + weight, 0);
  const total = parts.reduce((sum, { evidence }) => sum + evidence, 0);
  if (weights === 0) return { eValue: 1, items: [] };
  const items = parts
    .filter(({ weight }) => weight > 0)
    .map(({ item, evidence }) => ({ item, share: evidence / total }))
    .sort((a, b) => b.share - a.share);
  return { eValue: total / weights, items };
}
