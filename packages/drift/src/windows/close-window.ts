import type { DriftSignal, InputPosition } from '@driftloop/schemas';
import type { ModelContext } from '../chunks/context.ts';
import type { SignalKind } from '../signals/signal-kind.ts';
import { type ModelFold, type OpenWindow, type Pending, spanKey } from './state.ts';
import { fitsInto, mergeInto } from './take-chunk.ts';

/** Versions whose test memory is kept. */
const REMEMBERED_VERSIONS = 4;

/** Closes a window; returns the signals of the rows that are enough by now. */
export function closeWindow<C>(
  fold: ModelFold<C>,
  window: OpenWindow<C>,
  context: ModelContext,
  kind: SignalKind<C>,
): DriftSignal[] {
  fold.windows.delete(spanKey(window));
  fold.closedEnd = Math.max(fold.closedEnd, window.end);
  const { through, late } = passWindow(fold, window.end, context.spec.window.allowedLatenessMs);
  fold.late += late;
  for (const group of window.groups.values()) {
    const rows = { ...group, start: window.start };
    if (fitsInto(fold.pending, rows.key, rows.content, kind.content))
      mergeInto<C, Pending<C>>(fold.pending, rows, kind.content);
    else fold.ahead += rows.n;
  }
  return readyGroups(fold, window, context.spec.window.minSamples).flatMap((group) => {
    fold.pending.delete(group.key);
    return signalsOf(fold, group, window.end, through, context, kind);
  });
}

/**
 * How far each partition had been read when its own rows first passed `end`; one that has not
 * passed it, as far as it had been read at all. Counts the late rows up to there, and forgets the
 * steps before.
 */
function passWindow<C>(
  fold: ModelFold<C>,
  end: number,
  allowedLatenessMs: number,
): { through: InputPosition[]; late: number } {
  const through: InputPosition[] = [];
  let late = 0;
  for (const [index, partition] of [...fold.partitions].sort(([a], [b]) => a - b)) {
    const { steps } = partition;
    const passed = steps.findIndex(
      ({ frontier }) => frontier !== null && frontier - allowedLatenessMs >= end,
    );
    const position = passed < 0 ? steps.length - 1 : passed;
    for (const step of steps.slice(0, position + 1)) {
      late += step.late;
      step.late = 0;
    }
    steps.splice(0, position);
    through.push({ partition: index, offset: passed < 0 ? partition.end : (steps[0]?.end ?? partition.end) });
  }
  return { through, late };
}

/**
 * Groups with enough rows; with them go the remains of groups that get no more, such as those of a
 * replaced version.
 */
function readyGroups<C>(fold: ModelFold<C>, window: OpenWindow<C>, minSamples: number): Pending<C>[] {
  const full = [...fold.pending.values()].filter((group) => group.n >= minSamples);
  if (full.length === 0) return [];
  const left = [...fold.pending.values()].filter(
    (group) => group.n < minSamples && !window.groups.has(group.key),
  );
  return [...left, ...full].sort((a, b) => a.version - b.version || (a.key < b.key ? -1 : 1));
}

function signalsOf<C>(
  fold: ModelFold<C>,
  group: Pending<C>,
  end: number,
  through: readonly InputPosition[],
  context: ModelContext,
  kind: SignalKind<C>,
): DriftSignal[] {
  const { version, start, content } = group;
  if (context.isLost?.(version)) return [];
  const { spec } = context;
  const profile = context.profile(version);
  if (kind.check && !kind.check.isOf(content, profile)) {
    fold.ahead += group.n;
    return [];
  }
  const { n, findings } = kind.test(
    { spec, version, profile, start, end, n: group.n, content, late: fold.late, ahead: fold.ahead },
    memoryOf(fold, version),
  );
  return findings.map((finding, ordinal) => ({
    model: spec.model,
    version,
    windowStart: start,
    windowEnd: end,
    signal: kind.signal,
    rival: null,
    eValue: null,
    lower: null,
    upper: null,
    changePointFrom: null,
    changePointTo: null,
    ...finding,
    n,
    ordinal,
    total: findings.length,
    late: fold.late,
    ahead: fold.ahead,
    through,
  }));
}

function memoryOf<C>(fold: ModelFold<C>, version: number): Record<string, unknown> {
  const memory = fold.memory.get(version) ?? {};
  fold.memory.delete(version);
  fold.memory.set(version, memory);
  const [oldest] = fold.memory.keys();
  if (fold.memory.size > REMEMBERED_VERSIONS && oldest !== undefined) fold.memory.delete(oldest);
  return memory;
}
