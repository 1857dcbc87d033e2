/** Fits that the time limit ended before their last step. */
export function cutShort(fits: readonly { readonly metrics: Readonly<Record<string, number>> }[]): number {
  return fits.reduce((sum, { metrics }) => sum + (metrics.stoppedByTime ?? 0), 0);
}

/**
 * What a run says of its time limit. Data, recipe and seed decide a candidate, however busy the
 * machine is, unless this limit is met: then the clock had a say, and whoever reads the outcome
 * must know.
 *
 * @returns nothing when every fit took all its steps
 */
export function timeLimitReasons(fits: number, maxSeconds: number): string[] {
  if (fits === 0) return [];
  const what = fits === 1 ? 'one fit' : `${fits} fits`;
  return [
    `the limit of ${maxSeconds} s (retrain.maxSeconds) ended ${what} before the last step: a quieter machine makes another candidate. Raise it, or lower retrain.maxSteps`,
  ];
}
