/** With more ids the bloom filters of too many index granules would answer yes by chance. */
const IDS_PER_QUERY = 2_000;

/** Cuts request ids, or what has one each, into parts that one query can look up. */
export function batches<Item>(items: readonly Item[]): Item[][] {
  const parts: Item[][] = [];
  for (let start = 0; start < items.length; start += IDS_PER_QUERY) {
    parts.push(items.slice(start, start + IDS_PER_QUERY));
  }
  return parts;
}
