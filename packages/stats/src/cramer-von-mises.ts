import type { PairedCounts } from './paired-counts.ts';
import { scaledBesselK } from './special/bessel.ts';
import { logGamma } from './special/gamma.ts';
import type { TestResult } from './test-result.ts';

/**
 * Two-sample Cramér–von Mises test (Anderson, "On the distribution of the two-sample Cramér–von
 * Mises criterion", 1962) with midranks for ties and the p-value of the limiting distribution:
 * scipy.stats.cramervonmises_2samp(method='asymptotic').
 *
 * The limit is computed as 1 − F, and scipy ends the series of F once a term is below 1e-7; so does
 * this. Below about 1e-6 the p-value is therefore an upper bound rather than exact. The limit knows
 * no ties either: two equal constants have a p-value of 0.1 to 0.4, not of 1.
 */
export function cramerVonMises(pair: PairedCounts): TestResult {
  const n = pair.referenceTotal;
  const m = pair.currentTotal;
  const size = n + m;
  let before = 0;
  let beforeReference = 0;
  let beforeCurrent = 0;
  let sumReference = 0;
  let sumCurrent = 0;
  for (let i = 0; i < pair.values.length; i++) {
    const a = pair.reference[i] ?? 0;
    const b = pair.current[i] ?? 0;
    const midrank = before + (a + b + 1) / 2;
    sumReference += squaredDistances(midrank - beforeReference, a);
    sumCurrent += squaredDistances(midrank - beforeCurrent, b);
    before += a + b;
    beforeReference += a;
    beforeCurrent += b;
  }
  const product = n * m;
  const statistic = (n * sumReference + m * sumCurrent) / (product * size) - (4 * product - 1) / (6 * size);
  const mean = (1 + 1 / size) / 6;
  const variance =
    ((size + 1) * (4 * product * size - 3 * (n * n + m * m) - 2 * product)) /
    (45 * size * size * 4 * product);
  const normalised = 1 / 6 + (statistic - mean) / Math.sqrt(45 * variance);
  return { statistic, pValue: normalised >= 0.003 ? Math.max(0, 1 - limitCdf(normalised)) : 1 };
}

/** Σ (offset − i)² for i = 1 … count: the values of one tie, all at the same midrank. */
function squaredDistances(offset: number, count: number): number {
  return count * offset * offset - offset * count * (count + 1) + (count * (count + 1) * (2 * count + 1)) / 6;
}

/**
 * Csörgő and Faraway, "The exact and asymptotic distributions of Cramér–von Mises statistics", JRSS
 * B 58 (1996), (1.3).
 */
function limitCdf(x: number): number {
  let sum = 0;
  for (let k = 0; ; k++) {
    const y = 4 * k + 1;
    const q = (y * y) / (16 * x);
    const factor = Math.exp(logGamma(k + 0.5) - logGamma(k + 1)) / (Math.PI ** 1.5 * Math.sqrt(x));
    const term = factor * Math.sqrt(y) * Math.exp(-2 * q) * scaledBesselK(0.25, q);
    sum += term;
    if (!(term >= 1e-7)) return sum;
  }
}
