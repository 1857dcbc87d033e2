import type { ModelSpec, RetrainCommand } from '@driftloop/schemas';
import { type LabelledRows, selectRows, sliceRows } from '@driftloop/spec';

/**
 * The rows that a command selects, with its weights; the newest `maxRows` of all known ones without
 * a command.
 */
export function selectTrainingRows(
  known: LabelledRows,
  command: RetrainCommand | undefined,
  { retrain: { maxRows } }: ModelSpec,
): LabelledRows {
  if (command === undefined) return sliceRows(known, Math.max(0, known.rows - maxRows));
  const rows: number[] = [];
  const weights: number[] = [];
  for (let row = 0; row < known.rows; row++) {
    const time = known.eventTimes[row]!;
    const range = command.selection.find(({ from, to }) => time >= from && time < to);
    if (range === undefined) continue;
    rows.push(row);
    weights.push(range.weight);
  }
  const kept = Math.max(0, rows.length - maxRows);
  return { ...selectRows(known, rows.slice(kept)), weights: Float32Array.from(weights.slice(kept)) };
}
