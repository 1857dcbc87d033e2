import type { DataRange, RetrainPolicy } from '@driftloop/schemas';
import type { WindowRecord } from './history.ts';
import { resembling } from './resemblance.ts';
import { spoiltWindows } from './untrue-rows.ts';

/** Weight of a window from before the change that does not resemble the present. */
const OLDER = 0.7;

/** What data a command may draw on. */
export interface SelectionInput {
  /** Oldest first; only windows with labels can be chosen. */
  readonly history: readonly WindowRecord[];
  /** Begin of the present: the earliest plausible change. Event time. */
  readonly presentFrom: number;
  readonly policy: Pick<RetrainPolicy, 'minLabels' | 'maxRows'>;
}

/** What was chosen. */
export interface Selection {
  /** Ascending, not overlapping. */
  readonly ranges: readonly DataRange[];
  /** Labelled rows in them. */
  readonly rows: number;
  /** Those since the change. */
  readonly presentRows: number;
}

interface Choice {
  readonly window: WindowRecord;
  readonly weight: number;
  readonly reason: string;
}

/**
 * Chooses labelled data to train on, up to maxRows: everything since the change, newest first; the
 * windows just before it, up to minLabels, since a model of too few rows forgets what has not
 * changed; older windows that resemble the present, nearest first; then the others, newest first.
 * The choice is wide on purpose: how fast the past stops counting is for the training run to find
 * out, on rows that it holds back (docs/decisions/wide-selection.md). Windows whose rows a fault of
 * the pipeline has spoilt are not chosen, see untrue-rows.ts.
 */
export function selectData({ history, presentFrom, policy }: SelectionInput): Selection {
  const isSpoilt = spoiltWindows(history);
  const labelled = withFingerprints(history).filter((window) => window.labelled > 0 && !isSpoilt(window));
  const present = labelled.filter(({ end }) => end > presentFrom).reverse();
  const older = labelled.filter(({ end }) => end <= presentFrom).reverse();
  const alike = new Set(resembling(older, present).map(({ window }) => window));
  const choices: Choice[] = [];
  let rows = 0;
  const take = (window: WindowRecord, weight: number, reason: string): void => {
    if (rows >= policy.maxRows || choices.some((choice) => choice.window === window)) return;
    choices.push({ window, weight, reason });
    rows += window.labelled;
  };
  for (const window of present) take(window, 1, 'since the change');
  const presentRows = rows;
  for (const window of older) {
    if (rows >= policy.minLabels) break;
    take(window, alike.has(window) ? 1 : OLDER, 'before the change, to have enough labels');
  }
  for (const window of alike) take(window, 1, 'older, resembles the present');
  for (const window of older) take(window, OLDER, 'before the change, as far as it still holds');
  return { ranges: joined(choices), rows, presentRows };
}

/**
 * A window without a fingerprint of its own has that of one it overlaps: signals may merge windows
 * differently.
 */
function withFingerprints(history: readonly WindowRecord[]): WindowRecord[] {
  return history.map((window) => {
    if (window.fingerprint.length > 0 || window.labelled === 0) return window;
    const overlap = history.find(
      ({ start, end, fingerprint }) => fingerprint.length > 0 && start < window.end && end > window.start,
    );
    return overlap ? { ...window, fingerprint: overlap.fingerprint } : window;
  });
}

/**
 * Ranges in order of time; neighbours with about the same weight and the same reason become one.
 */
function joined(choices: readonly Choice[]): DataRange[] {
  const ranges: DataRange[] = [];
  for (const { window, weight, reason } of [...choices].sort((a, b) => a.window.start - b.window.start)) {
    const from = Math.max(window.start, ranges.at(-1)?.to ?? 0);
    if (from >= window.end) continue;
    const range = { from, to: window.end, weight: Math.max(0.05, Math.round(weight * 20) / 20), reason };
    const last = ranges.at(-1);
    if (last && last.to === from && last.weight === range.weight && last.reason === reason) {
      ranges[ranges.length - 1] = { ...last, to: range.to };
    } else {
      ranges.push(range);
    }
  }
  return ranges;
}
