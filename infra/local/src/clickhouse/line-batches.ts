const LINE_BREAK = 0x0a;

/**
 * Cuts line-delimited rows into batches of about `sizeBytes`: each ends with the first line break
 * at or behind that size. So the cuts depend on the bytes alone, not on how they arrived, and a
 * repeated insert makes the same batches.
 */
export async function* lineBatches(source: AsyncIterable<Buffer>, sizeBytes: number): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const chunk of source) {
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes < sizeBytes) continue;
    // Only the newest chunk is searched: had an older one reached the size with a line break, it
    // would be gone.
    const searchFrom = Math.max(0, chunk.length - (heldBytes - sizeBytes) - 1);
    if (chunk.indexOf(LINE_BREAK, searchFrom) < 0) continue;
    let rest = Buffer.concat(held, heldBytes);
    for (;;) {
      const cut = rest.length < sizeBytes ? -1 : rest.indexOf(LINE_BREAK, sizeBytes - 1);
      if (cut < 0) break;
      yield rest.subarray(0, cut + 1);
      rest = rest.subarray(cut + 1);
    }
    held = rest.length > 0 ? [rest] : [];
    heldBytes = rest.length;
  }
  if (heldBytes > 0) yield Buffer.concat(held, heldBytes);
}
