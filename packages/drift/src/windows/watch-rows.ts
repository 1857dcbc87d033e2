import type { DriftSignal } from '@driftloop/schemas';
import type { ModelContext } from '../chunks/context.ts';
import { rowsBudgetOf } from '../row-watch/budget.ts';
import { ROW_WATCH, type RowAlarm, type VersionWatch, watchVersion } from '../row-watch/version-watch.ts';
import { readWatchedRows, type WatchedRow } from '../row-watch/watched-rows.ts';
import { holdRows, takeStretch } from './held-rows.ts';
import type { ModelFold, QueuedChunk, Stretch } from './state.ts';

/**
 * Versions that are watched at the same time: the live one, one on trial that answers a share of
 * the requests, and the one before, whose labels are late.
 */
const WATCHED_VERSIONS = 3;

/**
 * Has the labelled rows of a chunk wait until all partitions have come past them. Rows that are
 * late for that are watched at once.
 *
 * @returns a signal for each alarm
 */
export function holdOrWatch<C>(
  fold: ModelFold<C>,
  chunk: Pick<QueuedChunk, 'rows'>,
  context: ModelContext,
): DriftSignal[] {
  const budget = rowsBudgetOf(context.spec.drift);
  // Rows that are not watched are missing from what was: it would begin again with a gap.
  if (budget === undefined) {
    fold.watches.clear();
    fold.stretches.clear();
  }
  if (budget === undefined || !chunk.rows) return [];
  const late = holdRows(fold, readWatchedRows(chunk.rows, profileOf(context)), context.spec.window);
  return watchRows(fold, late, budget, context);
}

/** Watches the rows of a stretch. @returns a signal for each alarm */
export function watchStretch<C>(fold: ModelFold<C>, stretch: Stretch, context: ModelContext): DriftSignal[] {
  const rows = takeStretch(fold, stretch, (bytes) => readWatchedRows(bytes, profileOf(context)));
  const budget = rowsBudgetOf(context.spec.drift);
  return budget === undefined ? [] : watchRows(fold, rows, budget, context);
}

const profileOf = (context: ModelContext) => (version: number) =>
  context.isLost?.(version) ? undefined : context.profile(version);

/** @returns a signal for each alarm; its window is the event time of the row that raised it */
function watchRows<C>(
  fold: ModelFold<C>,
  rows: readonly WatchedRow[],
  budget: number,
  context: ModelContext,
): DriftSignal[] {
  const signals: DriftSignal[] = [];
  for (const row of rows) {
    const alarm = watchOf(fold, row.version, budget, context).take(row);
    if (alarm) signals.push(signalOf(fold, row.version, alarm, context));
  }
  return signals;
}

function watchOf<C>(
  { watches }: ModelFold<C>,
  version: number,
  budget: number,
  context: ModelContext,
): VersionWatch {
  const { watch: known, saved } = watches.get(version) ?? {};
  const isFit = (known?.budget ?? saved?.budget) === budget;
  const watch =
    isFit && known ? known : watchVersion(context.profile(version), budget, isFit ? saved : undefined);
  // The version used last comes last.
  if (known === watch && [...watches.keys()].at(-1) === version) return watch;
  watches.delete(version);
  watches.set(version, { watch });
  const [oldest] = watches.keys();
  if (watches.size > WATCHED_VERSIONS && oldest !== undefined) watches.delete(oldest);
  return watch;
}

function signalOf<C>(
  fold: ModelFold<C>,
  version: number,
  alarm: RowAlarm,
  { spec }: ModelContext,
): DriftSignal {
  const { evidence, budget, feature, detail, rows, at, changePoint } = alarm;
  return {
    model: spec.model,
    version,
    windowStart: at,
    windowEnd: at + 1,
    signal: 'concept',
    detector: ROW_WATCH,
    feature,
    statistic: evidence,
    pValue: null,
    threshold: budget,
    expected: null,
    detail,
    n: rows,
    severity: evidence / (evidence + budget),
    drifted: true,
    changePoint: changePoint.at,
    changePointFrom: changePoint.from,
    changePointTo: changePoint.to,
    rival: null,
    eValue: null,
    lower: null,
    upper: null,
    ordinal: 0,
    total: 1,
    late: fold.late,
    ahead: fold.ahead,
    through: [...fold.partitions]
      .sort(([a], [b]) => a - b)
      .map(([partition, { end }]) => ({ partition, offset: end })),
  };
}
