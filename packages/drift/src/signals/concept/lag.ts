import { expectedAs, limitAs, rounded } from '../words.ts';
import type { ConceptTest } from './window.ts';

/** A lag this many times the usual one says that labels are stuck. */
const LONG = 3;
/** Weight of the newest window in the usual lag. */
const NEWEST = 0.1;

/**
 * Median time from a request to its label. It is no evidence of drift (severity 0): it says how far
 * confirmation is behind.
 */
export const LAG_TEST: ConceptTest = {
  name: 'lag',
  byDefault: true,
  // That labels come late makes no answer wrong.
  weight: 0,
  words: (item) => ({
    observed: `labels come ${seconds(item.statistic)} after the answers`,
    expected: expectedAs(item, seconds),
    limit: limitAs(item, seconds),
  }),
  run(window, memory) {
    const lags = window.content.map(({ labelEventTime, eventTime }) => labelEventTime - eventTime);
    const median = lags.sort((a, b) => a - b)[Math.floor(lags.length / 2)] ?? 0;
    const usual = typeof memory === 'number' ? memory : median;
    const threshold = LONG * Math.max(0, usual);
    const finding = {
      feature: '',
      statistic: median,
      pValue: null,
      threshold,
      expected: Math.max(0, usual),
      detail: '',
      severity: 0,
      changePoint: null,
    };
    return {
      findings: [{ ...finding, drifted: threshold > 0 && median > threshold }],
      memory: usual + NEWEST * (median - usual),
    };
  },
};

function seconds(ms: number): string {
  return `${rounded(ms / 1000)} s`;
}
