const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * The numbers of a cell that holds a list: `[0.5, 1]`, as JSON and Python write it, or numbers
 * apart by spaces, commas or semicolons, as NumPy does; null and NaN are missing. Undefined where
 * it is no such list.
 */
export function parseVector(text: string): number[] | undefined {
  const inner = /^\s*[[(]?([^\])]*)[\])]?\s*$/s.exec(text)?.[1]?.trim();
  if (inner === undefined || inner === '') return undefined;
  const numbers: number[] = [];
  for (const part of inner.split(/\s*[,;]\s*|\s+/)) {
    if (NUMBER.test(part)) numbers.push(Number(part));
    else if (/^(nan|null)$/i.test(part)) numbers.push(Number.NaN);
    else return undefined;
  }
  return numbers;
}
