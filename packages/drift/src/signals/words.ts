import type { EvidenceItem } from './evidence-item.ts';
import { ALONE } from './statistics/shares.ts';

/** What a test saw, what was expected, and from where on it counts. */
export interface Words {
  readonly observed: string;
  /** Absent where nobody knows what to expect. */
  readonly expected?: string | undefined;
  readonly limit: string;
}

/** A number that has a name: "accuracy 46 %, 79 % expected, 71 % is the limit". */
export function measured(item: EvidenceItem, what: string, show: (value: number) => string): Words {
  return {
    observed: `${what} ${show(item.statistic)}`,
    expected: expectedAs(item, show),
    limit: limitAs(item, show),
  };
}

/** A distance is never 0: what chance alone gives is what to expect. */
export function byChance(item: EvidenceItem, observed: string, show: (value: number) => string): Words {
  const expected = expectedAs(item, show);
  return {
    observed,
    expected: expected === undefined ? undefined : `about ${expected} by chance`,
    limit: limitAs(item, show),
  };
}

/**
 * Shares first, for they are what a person can check; chi-square says how sure that is.
 *
 * @param otherwise what is said where no share stands out
 */
export function shares(item: EvidenceItem, otherwise: string): Words {
  const chiSquare = `chi-square ${rounded(item.statistic)}`;
  if (!item.detail) return byChance(item, `${otherwise}: ${chiSquare}`, rounded);
  const together = item.detail.endsWith(ALONE) ? '' : '; all shares together';
  return byChance(item, `${item.detail}${together}: ${chiSquare}`, rounded);
}

/** What was expected; undefined where nobody knows. */
export function expectedAs({ expected }: EvidenceItem, show: (value: number) => string): string | undefined {
  return expected === undefined || expected === null ? undefined : `${show(expected)} expected`;
}

/** From where on it counts; a budget may be so large that nothing does. */
export function limitAs({ threshold }: EvidenceItem, show: (value: number) => string): string {
  return Number.isFinite(threshold) ? `${show(threshold)} is the limit` : 'no value is beyond the limit';
}

/** Three digits. */
export function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}
