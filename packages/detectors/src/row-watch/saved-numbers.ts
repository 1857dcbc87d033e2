/** Numbers as text, exactly. */
export function numbersAsText(numbers: Float64Array): string {
  const bytes = new DataView(new ArrayBuffer(8 * numbers.length));
  numbers.forEach((number, i) => {
    bytes.setFloat64(8 * i, number, true);
  });
  return asText(new Uint8Array(bytes.buffer));
}

/** Reads what {@link numbersAsText} wrote. */
export function numbersOfText(text: string): Float64Array {
  const bytes = ofText(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.length >> 3 }, (_, i) => view.getFloat64(8 * i, true));
}

/**
 * Counts of at least 0 as text. Most of them are 0 or small: a count takes a byte for each 7 bits,
 * and a run of zeros two or three in all.
 */
export function countsAsText(counts: Int32Array): string {
  const bytes: number[] = [];
  const put = (value: number) => {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    bytes.push(rest);
  };
  for (let i = 0; i < counts.length; ) {
    const count = counts[i] ?? 0;
    put(count);
    i++;
    if (count !== 0) continue;
    let more = 0;
    while (i + more < counts.length && counts[i + more] === 0) more++;
    put(more);
    i += more;
  }
  return asText(Uint8Array.from(bytes));
}

/** Reads what {@link countsAsText} wrote into `counts`. */
export function readCounts(text: string, counts: Int32Array): void {
  const bytes = ofText(text);
  let at = 0;
  const take = () => {
    let value = 0;
    let factor = 1;
    for (; (bytes[at] ?? 0) >= 128; factor *= 128) value += ((bytes[at++] ?? 0) - 128) * factor;
    return value + (bytes[at++] ?? 0) * factor;
  };
  counts.fill(0);
  for (let i = 0; i < counts.length; ) {
    const count = take();
    counts[i++] = count;
    if (count === 0) i += take();
  }
}

function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function ofText(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64'));
}
