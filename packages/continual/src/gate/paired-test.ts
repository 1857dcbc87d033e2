import { binomialCdf, studentSurvival } from '@driftloop/stats';

/** How two models did on the same rows. */
export interface PairedCounts {
  readonly rows: number;
  /** Only the live model was right. */
  readonly onlyLive: number;
  /** Only the candidate was right. */
  readonly onlyCandidate: number;
}

/**
 * Exact one-sided McNemar test of "the candidate is worse than the live model" against "it is not":
 * the chance of at least `onlyLive` of the discordant rows going to the live model if either were
 * as likely (McNemar 1947; the exact form is a binomial with p = 1/2).
 *
 * @returns p in (0, 1]; small means that the candidate is worse. 1 without discordant rows.
 */
export function mcnemarWorse({ onlyLive, onlyCandidate }: PairedCounts): number {
  return binomialCdf(onlyCandidate, onlyLive + onlyCandidate, 0.5);
}

/** A paired comparison over stretches of time. */
export interface BlockTest {
  /** Mean difference over all rows. */
  readonly mean: number;
  /** Standard error of the mean, from how the stretches differ. */
  readonly standardError: number;
  /** One-sided p of "the mean is above 0". */
  readonly pAbove: number;
}

/** Stretches that rows in order of time are cut into, and the fewest rows of one. */
const BLOCKS = 12;
const BLOCK_ROWS = 15;

/**
 * Tests whether paired differences, in order of time, are above 0 on average. Rows near in time err
 * together, so they count as stretches and not one by one: the test is Student's on the means of up
 * to 12 of them (batch means, Law & Kelton, Simulation Modeling and Analysis, section 9.5.3). A
 * test that takes rows as independent finds differences that the next hour reverses.
 */
export function blockTest(differences: Float64Array): BlockTest {
  const rows = differences.length;
  const mean = meanOf(differences);
  const blocks = Math.max(2, Math.min(BLOCKS, Math.floor(rows / BLOCK_ROWS)));
  if (rows < blocks) return { mean, standardError: Number.POSITIVE_INFINITY, pAbove: 0.5 };
  const means = Float64Array.from({ length: blocks }, (_, block) => {
    const from = Math.floor((block * rows) / blocks);
    return meanOf(differences.subarray(from, Math.floor(((block + 1) * rows) / blocks)));
  });
  let squares = 0;
  for (const value of means) squares += (value - mean) ** 2;
  const standardError = Math.sqrt(squares / (blocks - 1) / blocks);
  if (standardError === 0) return { mean, standardError, pAbove: mean > 0 ? 0 : 1 };
  return { mean, standardError, pAbove: studentSurvival(mean / standardError, blocks - 1) };
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / Math.max(1, values.length);
}
