import type { DriftSignal, DriftSketch, InputPosition, Signal } from '@driftloop/schemas';
import type { ModelContext } from '../chunks/context.ts';
import type { NamedFinding, TestedWindow } from '../signals/window-test.ts';
import { forcedEnd } from './bounds.ts';
import { isRepeated, mergeInto, passWindow, takeChunk, watermarkOf } from './partition.ts';
import {
  type ContentKind,
  emptyModel,
  type ModelFold,
  type OpenWindow,
  type Pending,
  type ReducerState,
} from './state.ts';

/** Versions whose test memory is kept. */
const REMEMBERED_VERSIONS = 4;

/** A signal as the fold needs it: what it keeps of rows, and how it tests a window. */
export interface SignalKind<Content> {
  readonly signal: Signal;
  readonly content: ContentKind<Content>;
  /** Findings of all tests and the rows they rest on; `memory` is the version's, by test, and is changed. */
  test(
    window: Omit<TestedWindow<Content>, 'alpha'>,
    memory: Record<string, unknown>,
  ): { readonly n: number; readonly findings: readonly NamedFinding[] };
}

/** Takes one record of the sketch log; returns the signals of the windows that it closed, in the order of their end. */
export function foldSketch<C>(
  state: ReducerState<C>,
  sketch: DriftSketch,
  context: ModelContext,
  partitions: number,
  kind: SignalKind<C>,
): DriftSignal[] {
  const fold = state.models.get(sketch.model) ?? emptyModel<C>();
  state.models.set(sketch.model, fold);
  if (sketch.signal !== state.signal || isRepeated(fold.partitions.get(sketch.partition), sketch)) return [];
  const { allowedLatenessMs } = context.spec.window;
  takeChunk(fold, sketch, kind.content, allowedLatenessMs);
  const watermark = Math.max(watermarkOf(fold, partitions, allowedLatenessMs), forcedEnd(fold, kind.content));
  const ready = [...fold.windows.values()]
    .filter((window) => window.end <= watermark)
    .sort((a, b) => a.end - b.end || a.start - b.start);
  return ready.flatMap((window) => closeWindow(fold, window, context, kind));
}

function closeWindow<C>(
  fold: ModelFold<C>,
  window: OpenWindow<C>,
  context: ModelContext,
  kind: SignalKind<C>,
): DriftSignal[] {
  fold.windows.delete(`${window.start}/${window.end}`);
  fold.closedEnd = Math.max(fold.closedEnd, window.end);
  collectCurrent(fold, window, kind.content);
  const { through, late } = passWindow(fold, window.end, context.spec.window.allowedLatenessMs);
  fold.late += late;
  for (const group of window.groups.values()) {
    mergeInto<C, Pending<C>>(fold.pending, { ...group, start: window.start }, kind.content);
  }
  return readyGroups(fold, window, context.spec.window.minSamples).flatMap((group) => {
    fold.pending.delete(group.key);
    return signalsOf(fold, group, window.end, through, context, kind);
  });
}

/** Unfinished chunks have their part in a window too; what they bring to it later is late. */
function collectCurrent<C>(fold: ModelFold<C>, window: OpenWindow<C>, kind: ContentKind<C>): void {
  for (const [, partition] of [...fold.partitions].sort(([a], [b]) => a - b)) {
    for (const contribution of partition.current) {
      const { start, end, key, version, n, content } = contribution;
      if (start !== window.start || end !== window.end || content === undefined) continue;
      contribution.content = undefined;
      mergeInto(window.groups, { key, version, n, content }, kind);
    }
  }
}

/** Groups with enough rows; with them go the remains of groups that get no more, such as those of a replaced version. */
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
  const { n, findings } = kind.test(
    { spec, version, profile: context.profile(version), start, end, n: group.n, content },
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
    ...finding,
    n,
    ordinal,
    total: findings.length,
    late: fold.late,
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
