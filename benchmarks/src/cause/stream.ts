import {
  buildReferenceProfile,
  type ReferenceProfile,
  type ReplayInput,
  type ReplayRecord,
} from '@driftloop/drift';
import { defaultSpec } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import { createRandom, type Random } from '@driftloop/stats';
import type { Base, Plant, Row } from './plants.ts';
import type { Table } from './tables.ts';

const REFERENCE_ROWS = 3000;
const WINDOW_MS = 3_600_000;
const WINDOW_ROWS = 250;
const WINDOWS_BEFORE = 8;
const WINDOWS_AFTER = 6;
const START_MS = Date.parse('2026-03-02T00:00:00Z');
/** Event time at which what is planted begins. */
export const CHANGE_MS: number = START_MS + WINDOWS_BEFORE * WINDOW_MS;
/** Rows are shipped to the log every two minutes, labels half a window later. */
const SHIP_MS = 120_000;
const LABEL_MS = WINDOW_MS / 2;

/**
 * A stream of a table with something planted: windows of about 250 rows, eight before the change
 * and six after it, a model that knows the table's truth, labels half a window late.
 */
export function streamOf(table: Table, plant: Plant, seed: number): ReplayInput {
  const random = createRandom(`${table.name}/${plant.kind}/${seed}`);
  const spec = specOf(table);
  const labelOf = (row: readonly number[], changed = false): number => {
    const odds = table.odds(row);
    return Number(random.uniform() < chance(changed ? -0.6 * odds + 0.3 : odds));
  };
  const draw = (eventTime: number): Row => {
    const features = table.draw(random).map(Math.fround);
    const logTime = SHIP_MS * Math.ceil(eventTime / SHIP_MS);
    return { features, eventTime: Math.round(eventTime), logTime, label: labelOf(features) };
  };
  const before = arrivals(START_MS, WINDOWS_BEFORE, random).map(draw);
  const base: Base = { table, random, windowMs: WINDOW_MS, labelOf };
  const after = plant.plant(arrivals(CHANGE_MS, WINDOWS_AFTER, random).map(draw), base);
  return {
    spec,
    versions: [{ version: 1, profile: profileOf(table, spec, seed) }],
    live: [{ version: 1, since: 0 }],
    records: recordsOf(spec.model, table, [...before, ...after]),
  };
}

function specOf(table: Table): ModelSpec {
  const spec = defaultSpec({
    model: table.name,
    task: 'binary',
    classes: 2,
    features: [...table.features],
    intervalMs: WINDOW_MS / WINDOW_ROWS,
  });
  return {
    ...spec,
    window: { ...spec.window, lengthMs: WINDOW_MS, minSamples: 50, allowedLatenessMs: 2 * SHIP_MS },
  };
}

/** Moments at which rows happen: their number is Poisson's. */
function arrivals(from: number, windows: number, random: Random): number[] {
  const times: number[] = [];
  const step = WINDOW_MS / WINDOW_ROWS;
  for (let time = from; ; ) {
    time -= step * Math.log(1 - random.uniform());
    if (time >= from + windows * WINDOW_MS) return times;
    times.push(time);
  }
}

/** The newest reference: every plant of a seed is looked for beside the same one. */
let newest: { readonly name: string; readonly profile: ReferenceProfile } | undefined;

function profileOf(table: Table, spec: ModelSpec, seed: number): ReferenceProfile {
  const name = `${table.name}/reference/${seed}`;
  if (newest?.name !== name) newest = { name, profile: buildProfile(table, spec, createRandom(name)) };
  return newest.profile;
}

function buildProfile(table: Table, spec: ModelSpec, random: Random): ReferenceProfile {
  const rows = Array.from({ length: REFERENCE_ROWS }, () => table.draw(random));
  const width = table.features.length;
  const features = Float32Array.from(rows.flat());
  return buildReferenceProfile({
    spec,
    data: {
      rows: rows.length,
      width,
      features,
      labels: Float32Array.from(rows, (row) => Number(random.uniform() < chance(table.odds(row)))),
      weights: new Float32Array(rows.length).fill(1),
      eventTimes: Float64Array.from(rows, (_, i) => START_MS - (rows.length - i) * (WINDOW_MS / WINDOW_ROWS)),
    },
    outputs: Float32Array.from(rows.flatMap((row) => answer(table, row))),
  });
}

function chance(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}

/** The model: the table's truth, and half where it cannot be computed. */
function answer(table: Table, row: readonly number[]): [number, number] {
  const positive = chance(Math.max(-30, Math.min(30, table.odds(row))));
  return Number.isFinite(positive) ? [1 - positive, positive] : [0.5, 0.5];
}

function recordsOf(model: string, table: Table, rows: readonly Row[]): ReplayRecord[] {
  const ordered = [...rows].sort((a, b) => a.logTime - b.logTime);
  const place = { partition: 0, offset: 0 };
  const requests = ordered.flatMap((row, offset): ReplayRecord[] => {
    const { features, eventTime, logTime: timestamp } = row;
    const outputs = Float32Array.from(answer(table, features));
    const requestId = `r${offset}`;
    return [
      {
        topic: 'inference.requests',
        ...place,
        offset,
        timestamp,
        value: { requestId, model, eventTime, features: Float32Array.from(features) },
      },
      {
        topic: 'inference.predictions',
        ...place,
        offset,
        timestamp,
        value: {
          requestId,
          model,
          version: 1,
          eventTime,
          servedAt: timestamp,
          outputs,
          predicted: Number((outputs[1] ?? 0) >= 0.5),
          role: 'live',
          requestPartition: 0,
          requestOffset: offset,
          requestTime: timestamp,
        },
      },
    ];
  });
  const labels = ordered.map(
    (row, offset): ReplayRecord => ({
      topic: 'inference.labels',
      ...place,
      offset,
      timestamp: row.logTime + LABEL_MS,
      value: { requestId: `r${offset}`, model, label: row.label, eventTime: row.eventTime + LABEL_MS },
    }),
  );
  return [...requests, ...labels];
}
