/**
 * Makes a failing list as short as it gets: Zeller's and Hildebrandt's ddmin ("Simplifying and
 * Isolating Failure-Inducing Input", IEEE TSE 28, 2002). Of the result no part can be left out, as
 * far as `mostRuns` allow to tell.
 *
 * @param fails whether a shorter list still fails
 */
export async function shrink<T>(
  list: readonly T[],
  fails: (shorter: readonly T[]) => Promise<boolean>,
  mostRuns = 60,
): Promise<readonly T[]> {
  let current = list;
  let parts = 2;
  let runs = 0;
  const tried = async (candidate: readonly T[]) => runs++ < mostRuns && (await fails(candidate));
  while (current.length > 0 && runs < mostRuns) {
    const size = Math.ceil(current.length / parts);
    let smaller: readonly T[] | undefined;
    for (let from = 0; from < current.length && !smaller; from += size) {
      const rest = current.filter((_, index) => index < from || index >= from + size);
      if (await tried(rest)) smaller = rest;
    }
    if (smaller) {
      current = smaller;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) return current;
    else parts = Math.min(current.length, 2 * parts);
  }
  return current;
}
