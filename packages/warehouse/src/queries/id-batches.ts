/** With more ids the bloom filters of too many index granules would answer yes by chance. */
const IDS_PER_QUERY = 2_000;

/** Cuts request ids into parts that one query can look up. */
export function idBatches(ids: readonly string[]): string[][] {
  const batches: string[][] = [];
  for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
    batches.push(ids.slice(start, start + IDS_PER_QUERY));
  }
  return batches;
}
