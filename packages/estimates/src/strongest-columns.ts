/** Groups of rows by value whose means are compared. */
const GROUPS = 8;

/**
 * The columns that tell most about any of the targets: those whose eighths of the rows, by value,
 * differ most in their mean target. Missing values are a group of their own.
 *
 * @param values by column
 * @returns at most `most` of them, ascending; all, if there are no more
 */
export function strongestColumns(
  values: ReadonlyMap<number, Float64Array>,
  targets: readonly Float64Array[],
  most: number,
): number[] {
  const columns = [...values.keys()];
  if (columns.length <= most) return columns;
  const strength = new Map(
    [...values].map(([k, column]) => [
      k,
      Math.max(...targets.map((target) => betweenGroups(column, target))),
    ]),
  );
  return columns
    .sort((a, b) => (strength.get(b) ?? 0) - (strength.get(a) ?? 0) || a - b)
    .slice(0, most)
    .sort((a, b) => a - b);
}

/** Sum over groups of sum² / rows: what the groups' means explain of the targets' squares. */
function betweenGroups(values: Float64Array, targets: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const edges = Array.from(
    { length: GROUPS - 1 },
    (_, i) => known[Math.floor(((i + 1) * known.length) / GROUPS)] ?? 0,
  );
  const sums = new Float64Array(GROUPS + 1);
  const counts = new Float64Array(GROUPS + 1);
  for (const [row, value] of values.entries()) {
    const group = Number.isNaN(value) ? GROUPS : edges.filter((edge) => edge <= value).length;
    sums[group] = (sums[group] ?? 0) + (targets[row] ?? 0);
    counts[group] = (counts[group] ?? 0) + 1;
  }
  return sums.reduce((total, sum, group) => total + (counts[group] ? sum ** 2 / (counts[group] ?? 1) : 0), 0);
}
