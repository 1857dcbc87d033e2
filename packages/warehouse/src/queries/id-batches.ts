/** Ids go into the URL; servers and proxies accept at least 8 KiB of it. */
const MAX_URL_CHARACTERS = 6_000;

/** Cuts request ids into batches that fit as a parameter of one query. */
export function idBatches(ids: readonly string[]): string[][] {
  const result: string[][] = [];
  let current: string[] = [];
  let characters = 0;
  for (const id of ids) {
    // Quotes and comma take nine characters once they are encoded.
    const length = encodeURIComponent(id).length + 9;
    if (characters + length > MAX_URL_CHARACTERS && current.length > 0) {
      result.push(current);
      current = [];
      characters = 0;
    }
    current.push(id);
    characters += length;
  }
  if (current.length > 0) result.push(current);
  return result;
}
