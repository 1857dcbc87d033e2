import type { DriftSignal } from '@driftloop/schemas';
import type { ModelContext } from '../chunks/context.ts';
import type { SignalKind } from '../signals/signal-kind.ts';
import { closeWindow } from './close-window.ts';
import { nextDue, nextStretchDue, overflow } from './due.ts';
import { isOverfull, oldestStretch } from './held-rows.ts';
import { type ModelFold, type Stretch, spanKey } from './state.ts';
import type { Steps } from './steps.ts';
import { watchStretch } from './watch-rows.ts';

/** A window that has closed, or an alarm of the row watch. */
export interface Closing {
  /** Log time at which it closed, or was raised. */
  readonly logTime: number;
  /** What its tests say, none while its rows are too few; in the order of version and ordinal. */
  readonly signals: readonly DriftSignal[];
}

/**
 * Closes the windows and watches the stretches of rows that are due up to a log time, none of them
 * before `since`; a step for each: a partition that is read at last may let dozens close.
 */
export function* closeDue<C>(
  fold: ModelFold<C>,
  partitions: number,
  context: ModelContext,
  kind: SignalKind<C>,
  until: number,
  since = Number.MIN_SAFE_INTEGER,
): Steps<Closing[]> {
  const closings: Closing[] = [];
  const { window: policy } = context.spec;
  for (;;) {
    const next = nextDue(fold, partitions, policy, until);
    const rows = nextStretchDue(fold, partitions, policy, next?.at ?? until);
    // Before the window that they lie in: between windows is what they are watched for.
    if (rows && (!next || rows.at < next.at || rows.stretch.end <= next.window.end))
      closings.push(...(yield* watched(fold, rows.stretch, Math.max(since, rows.at), context)));
    else if (next)
      closings.push(...(yield* closeUpTo(fold, next.window.end, Math.max(since, next.at), context, kind)));
    else return closings;
  }
}

function* watched<C>(
  fold: ModelFold<C>,
  stretch: Stretch,
  logTime: number,
  context: ModelContext,
): Steps<Closing[]> {
  yield;
  return watchStretch(fold, stretch, context).map((alarm) => ({ logTime, signals: [alarm] }));
}

/**
 * Windows close in the order of their end, after the rows up to there: with one go all before it.
 */
function* closeUpTo<C>(
  fold: ModelFold<C>,
  end: number,
  logTime: number,
  context: ModelContext,
  kind: SignalKind<C>,
): Steps<Closing[]> {
  const closings: Closing[] = [];
  const windows = [...fold.windows.values()]
    .filter((window) => window.end <= end)
    .sort((a, b) => a.end - b.end || a.start - b.start);
  for (const window of windows) {
    closings.push(...(yield* watchedUpTo(fold, window.end, logTime, context)));
    yield;
    closings.push({ logTime, signals: closeWindow(fold, window, context, kind) });
  }
  return closings;
}

function* watchedUpTo<C>(
  fold: ModelFold<C>,
  end: number,
  logTime: number,
  context: ModelContext,
): Steps<Closing[]> {
  const closings: Closing[] = [];
  for (;;) {
    const stretch = oldestStretch(fold);
    if (!stretch || stretch.end > end) return closings;
    closings.push(...(yield* watched(fold, stretch, logTime, context)));
  }
}

/**
 * Makes room where more rows wait, or more windows are open, than there is room for; a step for
 * each.
 */
export function* giveWay<C>(
  fold: ModelFold<C>,
  context: ModelContext,
  kind: SignalKind<C>,
  logTime: number,
): Steps<Closing[]> {
  const closings: Closing[] = [];
  for (let stretch = oldestStretch(fold); stretch && isOverfull(fold); stretch = oldestStretch(fold))
    closings.push(...(yield* watched(fold, stretch, logTime, context)));
  for (;;) {
    const excess = overflow(fold, kind.content, context.spec.window);
    if (!excess) return closings;
    const { window, how } = excess;
    if (how === 'close') closings.push(...(yield* closeUpTo(fold, window.end, logTime, context, kind)));
    else {
      fold.windows.delete(spanKey(window));
      for (const { n } of window.groups.values()) fold.ahead += n;
    }
  }
}
