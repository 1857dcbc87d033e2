import type { InferenceLabel, InputPosition, ModelSpec } from '@driftloop/schemas';
import { type LabelledRows, labelOf, labelProblem, selectRows } from '@driftloop/spec';
import type { AskedRows } from './asked-rows.ts';

/**
 * Event times of the requests, `to` exclusive; where ranges overlap, the first one's weight holds.
 */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

/** The labels that have arrived by now, and the rows that can be learnt from with them. */
export interface KnownLabels {
  /** A label arrives. The first valid one of a request counts. */
  take(label: InferenceLabel, place: { readonly partition: number; readonly offset: number }): void;
  /** Label of a row; NaN while it is not known. */
  of(row: number): number;
  /**
   * Rows of the ranges whose labels have arrived, in order of event time, as the trainer reads them
   * from ClickHouse.
   *
   * @param limit at most so many; the newest are kept
   * @param through labels up to here count. @default all that have arrived
   */
  select(ranges: readonly Range[], limit: number, through?: readonly InputPosition[]): LabelledRows;
}

/** Starts before the first label. */
export function createKnownLabels(asked: AskedRows, spec: ModelSpec): KnownLabels {
  const labels = new Float32Array(asked.rows).fill(Number.NaN);
  const partitions = new Int32Array(asked.rows);
  const offsets = new Float64Array(asked.rows);
  const known: number[] = [];
  return {
    take(label, { partition, offset }) {
      const row = asked.byId.get(label.requestId);
      if (row === undefined || !Number.isNaN(labels[row]) || labelProblem(label, spec) !== undefined) return;
      labels[row] = labelOf(label, spec);
      partitions[row] = partition;
      offsets[row] = offset;
      known.push(row);
    },
    of: (row) => labels[row] ?? Number.NaN,
    select(ranges, limit, through) {
      const ends = through && new Map(through.map(({ partition, offset }) => [partition, offset]));
      const chosen: number[] = [];
      for (const row of known) {
        if (ends && !((offsets[row] as number) < (ends.get(partitions[row] as number) ?? 0))) continue;
        if (rangeOf(ranges, asked.eventTimes[row] as number)) chosen.push(row);
      }
      chosen.sort(
        (a, b) =>
          (asked.eventTimes[a] as number) - (asked.eventTimes[b] as number) ||
          (asked.partitions[a] as number) - (asked.partitions[b] as number) ||
          (asked.offsets[a] as number) - (asked.offsets[b] as number),
      );
      const kept = chosen.slice(Math.max(0, chosen.length - limit));
      const all: LabelledRows = { ...asked, labels, weights: new Float32Array(asked.rows) };
      const weights = kept.map((row) => rangeOf(ranges, asked.eventTimes[row] as number)?.weight ?? 0);
      const { rows, width, features, eventTimes } = selectRows(all, kept);
      return {
        rows,
        width,
        features,
        eventTimes,
        labels: Float32Array.from(kept, (row) => labels[row] as number),
        weights: Float32Array.from(weights),
      };
    },
  };
}

function rangeOf(ranges: readonly Range[], time: number): Range | undefined {
  return ranges.find(({ from, to }) => time >= from && time < to);
}
