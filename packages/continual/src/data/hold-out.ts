import { type LabelledRows, sliceRows } from '@driftloop/spec';

/**
 * Splits rows in order of event time into those to train on and the newest, which are held out.
 *
 * @param share part of the rows that is held out, 0 to 1; at least one row is, and one is left
 */
export function holdOutNewest(
  data: LabelledRows,
  share: number,
): { training: LabelledRows; heldOut: LabelledRows } {
  const heldOutRows = Math.min(data.rows - 1, Math.max(1, Math.round(data.rows * share)));
  const cut = data.rows - heldOutRows;
  return { training: sliceRows(data, 0, cut), heldOut: sliceRows(data, cut, data.rows) };
}
