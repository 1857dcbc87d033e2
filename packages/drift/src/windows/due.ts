import type { WindowPolicy } from '@driftloop/schemas';
import type { ContentKind } from '../content/content.ts';
import { frontierOf, frontierRuleOf } from './frontier.ts';
import { oldestStretch } from './held-rows.ts';
import type { ModelFold, OpenWindow, Stretch } from './state.ts';

/**
 * Windows of one model and signal that may be open at the same time: how far the input waits for a
 * partition that is behind.
 */
export const MOST_OPEN_WINDOWS = 64;

/**
 * Log time at which a window closes, as far as is known: at once when the rows of all partitions
 * together lie beyond it and each partition's own do; a partition whose rows do not is waited for
 * until it has been silent for `partitionIdleMs`. One that has never had any is waited for so long
 * after the model's first rows, and no more: how many such there are, and since when, is not in the
 * log, so partitions that are added change nothing until they bring rows.
 *
 * @returns null while it waits for rows
 */
export function dueAt<C>(
  fold: ModelFold<C>,
  { end, passedSince }: Pick<OpenWindow<C>, 'end' | 'passedSince'>,
  partitions: number,
  policy: WindowPolicy,
): number | null {
  if (passedSince === null) return null;
  const { own } = frontierRuleOf(policy);
  let due = passedSince;
  for (let index = 0; index < partitions; index++) {
    const partition = fold.partitions.get(index);
    const frontier = partition ? frontierOf(partition.recent, own) : null;
    if (frontier !== null && frontier - policy.allowedLatenessMs >= end) continue;
    const silentSince =
      partition && partition.recent.length > 0
        ? Math.max(passedSince, partition.logTime)
        : (fold.since ?? Number.NEGATIVE_INFINITY);
    due = Math.max(due, silentSince + policy.partitionIdleMs);
  }
  return due;
}

/** The window that closes next, up to a log time, and when. */
export function nextDue<C>(
  fold: ModelFold<C>,
  partitions: number,
  policy: WindowPolicy,
  until: number,
): { readonly window: OpenWindow<C>; readonly at: number } | undefined {
  let next: { window: OpenWindow<C>; at: number } | undefined;
  for (const window of fold.windows.values()) {
    const at = dueAt(fold, window, partitions, policy);
    if (at === null || at > until) continue;
    if (!next || at < next.at || (at === next.at && window.end < next.window.end)) next = { window, at };
  }
  return next;
}

/** The stretch of rows that is watched next, up to a log time, and when: by the rule of windows. */
export function nextStretchDue<C>(
  fold: ModelFold<C>,
  partitions: number,
  policy: WindowPolicy,
  until: number,
): { readonly stretch: Stretch; readonly at: number } | undefined {
  const stretch = oldestStretch(fold);
  const at = stretch ? dueAt(fold, stretch, partitions, policy) : null;
  return !stretch || at === null || at > until ? undefined : { stretch, at };
}

/**
 * What has to give when more windows are open, or more rows held, than there is room for: a window
 * that lies more than its own length ahead of all partitions' rows is left out, with its rows;
 * without one, the oldest window closes, although a partition may bring more for it. So a partition
 * that is far behind, a clock that stands still, or event times spread over the future cost
 * evidence, which is counted, and never memory.
 */
export function overflow<C>(
  fold: ModelFold<C>,
  { mostRows }: ContentKind<C>,
  policy: WindowPolicy,
): { readonly window: OpenWindow<C>; readonly how: 'ahead' | 'close' } | undefined {
  let held = 0;
  let oldest: OpenWindow<C> | undefined;
  let newest: OpenWindow<C> | undefined;
  for (const window of fold.windows.values()) {
    for (const { n } of window.groups.values()) held += n;
    if (!oldest || window.end < oldest.end) oldest = window;
    if (!newest || window.end > newest.end) newest = window;
  }
  if (!oldest || !newest || (fold.windows.size <= MOST_OPEN_WINDOWS && held <= mostRows)) return undefined;
  const frontier = frontierOf(fold.recent, frontierRuleOf(policy).all);
  const length = newest.end - newest.start;
  if (frontier !== null && newest.start > frontier + length) return { window: newest, how: 'ahead' };
  return { window: oldest, how: 'close' };
}
