import { type LabelledRows, sliceRows } from '@driftloop/spec';

/** Rows cut into blocks of `blockRows`, the last one shorter; the whole where that is undefined. */
export function blocksOf(data: LabelledRows, blockRows: number | undefined): LabelledRows[] {
  if (blockRows === undefined) return [data];
  const blocks: LabelledRows[] = [];
  for (let start = 0; start < data.rows; start += blockRows)
    blocks.push(sliceRows(data, start, Math.min(data.rows, start + blockRows)));
  return blocks;
}
