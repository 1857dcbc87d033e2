/** Blocks that tell what is usual. */
const USUAL_BLOCKS = 4;
/** How far below the usual a dip begins, and how near to it it ends. */
const DIP = 0.1;
const RECOVERED = 0.05;

/**
 * Mean rows from the first block of a dip until a block is nearly as usual again; a dip that lasts
 * to the end counts as far as it was seen. Undefined when accuracy never dipped.
 *
 * @param accuracies Of each block of `blockRows` rows, before it was learnt.
 */
export function recoveryRows(accuracies: readonly number[], blockRows: number): number | undefined {
  const lengths: number[] = [];
  for (let at = USUAL_BLOCKS; at < accuracies.length; at++) {
    const before = accuracies.slice(at - USUAL_BLOCKS, at);
    const usual = before.reduce((sum, value) => sum + value, 0) / USUAL_BLOCKS;
    if (accuracies[at]! > usual - DIP) continue;
    const begin = at;
    while (at < accuracies.length && accuracies[at]! < usual - RECOVERED) at++;
    lengths.push((at - begin) * blockRows);
  }
  return lengths.length === 0 ? undefined : lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
}
