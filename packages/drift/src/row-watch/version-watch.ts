import { createRowWatch, type RowWatch } from '@driftloop/detectors';
import { DriftloopError } from '@driftloop/errors';
import type { ReferenceProfile } from '../profile/reference-profile.ts';
import { answerClasses } from './answer-classes.ts';
import { createRecentPlaces } from './recent-places.ts';
import { createRowTimes, type RowTimes, type SavedTimes } from './row-times.ts';
import { watchedColumns } from './watched-columns.ts';
import type { WatchedRow } from './watched-rows.ts';

/** The detector of the row watch's signals. */
export const ROW_WATCH = 'row-watch';

/** An alarm of the row watch over a version. */
export interface RowAlarm {
  /** Rows between false alarms at which the evidence stands, at least the budget. */
  readonly evidence: number;
  readonly budget: number;
  /** Feature that says most, empty where it is about all rows. */
  readonly feature: string;
  /** What changed and since when, in words. */
  readonly detail: string;
  /** Rows since the change. */
  readonly rows: number;
  /** Event time of the row that raised it. */
  readonly at: number;
  /** Event times of the change, and between which it plausibly lies. */
  readonly changePoint: { readonly at: number; readonly from: number; readonly to: number };
}

/** The row watch over one version's labelled rows. */
export interface VersionWatch {
  /**
   * Takes the next row; returns the alarm that it raises. After one, the watch starts afresh. A
   * label that came before counts once.
   */
  take(row: WatchedRow): RowAlarm | undefined;
  /** JSON. */
  save(): SavedWatch;
  readonly budget: number;
}

/** A saved watch. */
export interface SavedWatch {
  readonly budget: number;
  readonly watch: unknown;
  readonly times: SavedTimes;
  readonly places: string;
}

/** Pieces of evidence in an alarm's words. */
const MOST_PIECES = 3;
/** What weighs less is not worth a word. */
const LEAST_WEIGHT = 0.05;

/**
 * Starts to watch a version.
 *
 * @param budget Rows between false alarms that are accepted, above 1.
 * @param saved to go on from; one of other settings is left, and the watch starts afresh
 */
export function watchVersion(profile: ReferenceProfile, budget: number, saved?: SavedWatch): VersionWatch {
  const { columns } = watchedColumns(profile);
  const names = columns.map(({ name }) => name);
  const { truths, count } = answerClasses(profile);
  const create = () =>
    createRowWatch({
      truths,
      // Without a column errors and truths are still there to be counted, in one cell.
      categories: columns.length === 0 ? [1] : columns.map(({ categories }) => categories),
      names: columns.length === 0 ? ['nothing'] : names.map((name) => `'${name}'`),
      cuts: columns.length === 0 ? [[]] : columns.map(({ cuts }) => cuts),
      classes: count,
      expectedRowsBetweenFalseAlarms: budget,
      labelsOnly: true,
    });
  const watch = restored(create, saved) ?? create();
  const times = createRowTimes(saved?.times);
  const places = createRecentPlaces(saved?.places);
  let kept: SavedWatch | undefined;
  return {
    budget,
    take(row) {
      if (!places.add(row.requestPartition, row.requestOffset)) return undefined;
      kept = undefined;
      times.add(row.eventTime);
      const features = columns.length === 0 ? [0] : row.features;
      const answer = { features, predicted: row.predicted, confidence: 1, label: row.label };
      watch.update(undefined, answer);
      return watch.drift ? alarmOf(watch, times, row.eventTime, budget, names) : undefined;
    },
    save() {
      kept ??= { budget, watch: watch.save(), times: times.save(), places: places.save() };
      return kept;
    },
  };
}

function restored(create: () => RowWatch, saved: SavedWatch | undefined): RowWatch | undefined {
  if (!saved) return undefined;
  const watch = create();
  try {
    watch.restore(saved.watch);
    return watch;
  } catch (error) {
    if (error instanceof DriftloopError && error.code === 'DATA_INVALID') return undefined;
    throw error;
  }
}

function alarmOf(
  watch: RowWatch,
  times: RowTimes,
  at: number,
  budget: number,
  names: readonly string[],
): RowAlarm {
  const { best, earliest, latest } = watch.changePoint ?? { best: 0, earliest: 0, latest: 0 };
  const { likelihood, evidence } = watch;
  const pieces = evidence.filter(({ weight }, i) => i === 0 || weight >= LEAST_WEIGHT).slice(0, MOST_PIECES);
  const said = pieces.map(({ text, weight }) => `${text} (${Math.round(100 * weight)} % of the evidence)`);
  const on = (rowsAgo: number) => new Date(times.at(rowsAgo)).toISOString();
  const rows = `${best} labelled ${best === 1 ? 'row' : 'rows'} ago`;
  const [from, to] = [on(earliest), on(latest)];
  const interval = from === to ? '' : `, between ${from} and ${to}`;
  return {
    evidence: Math.min(Number.MAX_VALUE, (budget * likelihood) / Math.max(1 - likelihood, Number.EPSILON)),
    budget,
    feature: (pieces[0]?.features ?? []).map((feature) => names[feature] ?? '').join(' and '),
    detail: `${said.join(', ')}; since ${on(best)}, ${rows}${interval}`,
    rows: best,
    at,
    changePoint: {
      at: times.at(best),
      from: Math.min(times.at(earliest), times.at(best)),
      to: Math.max(times.at(latest), times.at(best)),
    },
  };
}
