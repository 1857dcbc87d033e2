import type { WindowPolicy } from '@driftloop/schemas';
import { encodeWatchedRows, type WatchedRow } from '../row-watch/watched-rows.ts';
import { type ModelFold, type Stretch, spanKey } from './state.ts';

/** Stretches in a window: how much later than at once an alarm comes. */
const STRETCHES_PER_WINDOW = 16;
/**
 * Rows of a model that may wait, of a dozen features about a megabyte; beyond that the oldest
 * stretch waits no longer.
 */
export const MOST_HELD_ROWS = 8_192;

/**
 * Has rows wait in their stretches.
 * @returns rows of stretches that have been watched, in their order: they wait for nothing
 */
export function holdRows<C>(
  fold: Pick<ModelFold<C>, 'stretches' | 'watchedEnd'>,
  rows: Iterable<WatchedRow>,
  { lengthMs }: Pick<WindowPolicy, 'lengthMs'>,
): WatchedRow[] {
  const stretchMs = Math.max(1, Math.floor(lengthMs / STRETCHES_PER_WINDOW));
  const late: WatchedRow[] = [];
  for (const row of rows) {
    const start = Math.floor(row.eventTime / stretchMs) * stretchMs;
    if (start + stretchMs <= fold.watchedEnd) {
      late.push(row);
      continue;
    }
    const stretch = stretchOf(fold.stretches, start, start + stretchMs);
    stretch.rows.push(row);
    stretch.held++;
    stretch.versions.add(row.version);
  }
  return late;
}

function stretchOf(stretches: Map<string, Stretch>, start: number, end: number): Stretch {
  const key = spanKey({ start, end });
  const known = stretches.get(key);
  if (known) return known;
  const stretch = {
    start,
    end,
    passedSince: null,
    rows: [],
    saved: [],
    held: 0,
    versions: new Set<number>(),
  };
  stretches.set(key, stretch);
  return stretch;
}

/** The stretch that is watched next; undefined where no row waits. */
export function oldestStretch({ stretches }: Pick<ModelFold<unknown>, 'stretches'>): Stretch | undefined {
  let oldest: Stretch | undefined;
  for (const stretch of stretches.values())
    if (!oldest || stretch.end < oldest.end || (stretch.end === oldest.end && stretch.start < oldest.start))
      oldest = stretch;
  return oldest;
}

/** Whether more rows wait than there is room for. */
export function isOverfull({ stretches }: Pick<ModelFold<unknown>, 'stretches'>): boolean {
  let rows = 0;
  for (const { held } of stretches.values()) rows += held;
  return rows > MOST_HELD_ROWS;
}

/**
 * Takes a stretch out; its rows in the order of event time and of the log.
 * @param read reads rows of before a restart
 */
export function takeStretch<C>(
  fold: Pick<ModelFold<C>, 'stretches' | 'watchedEnd'>,
  { start, end, rows, saved }: Stretch,
  read: (bytes: Uint8Array) => Iterable<WatchedRow>,
): WatchedRow[] {
  fold.stretches.delete(spanKey({ start, end }));
  fold.watchedEnd = Math.max(fold.watchedEnd, end);
  return [...saved.flatMap((bytes) => [...read(bytes)]), ...rows].sort(
    (a, b) =>
      a.eventTime - b.eventTime ||
      a.requestPartition - b.requestPartition ||
      a.requestOffset - b.requestOffset,
  );
}

/** A stretch as JSON, rows in base64. */
export interface SavedStretch {
  readonly start: number;
  readonly end: number;
  readonly passedSince: number | null;
  readonly rows: readonly string[];
  readonly held: number;
  readonly versions: readonly number[];
}

export function savedStretch(stretch: Stretch): SavedStretch {
  const { start, end, passedSince, rows, saved, held, versions } = stretch;
  const pieces = rows.length === 0 ? saved : [...saved, encodeWatchedRows(rows)];
  const texts = pieces.map((bytes) => Buffer.from(bytes).toString('base64'));
  return { start, end, passedSince, rows: texts, held, versions: [...versions] };
}

export function restoredStretch({ rows, versions, ...stretch }: SavedStretch): Stretch {
  const saved = rows.map((text) => Buffer.from(text, 'base64'));
  return { ...stretch, rows: [], saved, versions: new Set(versions) };
}
