/** What stands for a missing value in CSV files of R, pandas, SQL exports and spreadsheets. */
const USUAL = ['', 'NA', 'N/A', 'n/a', '#N/A', '<NA>', 'NaN', 'nan', 'null', 'NULL', 'None', '?'];

/** Tells texts that stand for a missing value. @param more beside the usual ones */
export function isMissingText(more: readonly string[]): (text: string) => boolean {
  const known = new Set([...USUAL, ...more]);
  return (text) => known.has(text);
}
