/** ln k! for k = 0 … count − 1. */
export function logFactorials(count: number): Float64Array {
  const table = new Float64Array(count);
  for (let k = 2; k < count; k++) table[k] = (table[k - 1] ?? 0) + Math.log(k);
  return table;
}
