/**
 * Shares of the wealth that are bet on the next row failing: small excesses over long and large
 * ones over short.
 */
const BETS: readonly number[] = [0.01, 0.1, 0.5];
/** Least share that is allowed: at 0 one failed row would be proof. */
const LEAST_SHARE = 1e-4;
/** Logarithm beyond which a wealth is not counted. */
const MOST = 300;

/** Rows and how many of them have failed. */
export interface Failures {
  readonly rows: number;
  readonly failed: number;
}

/** What speaks for a version failing on more rows than the live one, and the margin. */
export interface FailureEvidence {
  readonly trial: Failures;
  readonly live: Failures;
  /** Logarithm of what each bet has come to. */
  readonly wealths: readonly number[];
}

/** Before the first row. */
export const NO_FAILURES: FailureEvidence = {
  trial: { rows: 0, failed: 0 },
  live: { rows: 0, failed: 0 },
  wealths: BETS.map(() => 0),
};

/**
 * Takes in the rows of a batch. The evidence is the wealth of a bettor who stakes a share b of it
 * on each row failing, at odds that are fair if a share q fails, q being the live version's share
 * so far and the margin: 1 + b (1/q − 1) where it fails and 1 − b where not, averaged over b. While
 * the version fails on no more than q it exceeds c at any time with a chance of at most 1/c
 * (Waudby-Smith and Ramdas 2024, "Estimating means of bounded random variables by betting", section
 * 4), but for what is not known of the live version's share. Pure.
 *
 * @param margin share of rows, 0 to 1
 */
export function weighFailures(
  { trial, live, wealths }: FailureEvidence,
  seen: { readonly trial: Failures; readonly live: Failures },
  margin: number,
): FailureEvidence {
  const lives = sum(live, seen.live);
  const allowed = Math.max(LEAST_SHARE, margin + shareOf(lives));
  const { rows, failed } = seen.trial;
  return {
    trial: sum(trial, seen.trial),
    live: lives,
    wealths:
      allowed >= 1
        ? wealths
        : wealths.map((wealth, i) => {
            const bet = BETS[i] as number;
            const grown = failed * Math.log1p(bet * (1 / allowed - 1)) + (rows - failed) * Math.log1p(-bet);
            return Math.min(MOST, wealth + grown);
          }),
  };
}

/** The evidence, as odds to 1. */
export function failureOdds({ wealths }: FailureEvidence): number {
  return wealths.reduce((total, wealth) => total + Math.exp(wealth), 0) / wealths.length;
}

/** Share of rows that have failed; 0 of none. */
export function shareOf({ rows, failed }: Failures): number {
  return rows > 0 ? failed / rows : 0;
}

function sum(a: Failures, b: Failures): Failures {
  return { rows: a.rows + b.rows, failed: a.failed + b.failed };
}
