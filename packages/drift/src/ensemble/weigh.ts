import { eValueOf } from '@driftloop/detectors';
import type { EvidenceItem } from '../signals/evidence-item.ts';
import type { CompleteWindow } from './collect.ts';
import type { TestTable } from './test-table.ts';

/** Evidence of one window, and the share of each of its items. */
export interface WeighedWindow {
  /** Weighted mean of the tests' e-values; 1 says nothing either way. */
  readonly eValue: number;
  /** Items by their share of it, largest first. */
  readonly items: readonly { readonly item: EvidenceItem; readonly share: number }[];
}

/**
 * Weighs a window's results. A test speaks by its strongest feature, whose p-value is already
 * adjusted for the others; the weighted average of the tests' e-values is an e-value, whatever the
 * dependence between them. One that no longer exists weighs 1.
 */
export function weighWindow(tests: TestTable, window: Pick<CompleteWindow, 'items'>): WeighedWindow {
  const strongest = new Map<string, EvidenceItem>();
  for (const item of window.items) {
    const known = strongest.get(item.detector);
    if (item.pValue !== null && (known?.pValue ?? 2) > item.pValue) strongest.set(item.detector, item);
  }
  const parts = [...strongest.values()].map((item) => {
    const weight = tests.get(item.detector)?.weight ?? 1;
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
