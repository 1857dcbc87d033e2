/** A model whose versions are in memory. */
export interface ModelInMemory {
  readonly model: string;
  /** Of the files of its versions. */
  readonly bytes: number;
  /** Grows with every use. */
  readonly usedAt: number;
}

/**
 * The models that leave memory so that the others fit, least recently used first. The one that was
 * used last stays, however large it is: somebody waits for its answers. Pure.
 *
 * @param mostBytes of the files of all versions in memory
 */
export function leastRecentlyUsed(inMemory: readonly ModelInMemory[], mostBytes: number): string[] {
  const byUse = inMemory.filter(({ bytes }) => bytes > 0).sort((a, b) => a.usedAt - b.usedAt);
  let bytes = byUse.reduce((sum, each) => sum + each.bytes, 0);
  const leaving: string[] = [];
  for (const each of byUse.slice(0, -1)) {
    if (bytes <= mostBytes) break;
    leaving.push(each.model);
    bytes -= each.bytes;
  }
  return leaving;
}
