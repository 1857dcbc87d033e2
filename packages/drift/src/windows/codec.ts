import { DriftloopError } from '@driftloop/errors';
import type { Codec, DriftSketch, Signal } from '@driftloop/schemas';
import type { ContentKind } from '../content/content.ts';
import type { SavedWatch } from '../row-watch/version-watch.ts';
import { restoredStretch, type SavedStretch, savedStretch } from './held-rows.ts';
import { countVersions } from './order.ts';
import { bytesOf } from './room.ts';
import {
  emptyModel,
  type Group,
  type ModelFold,
  type PartitionClock,
  type PartitionFold,
  type QueuedChunk,
  type ReducerState,
  spanKey,
} from './state.ts';

interface SavedGroup extends Omit<Group<unknown>, 'content'> {
  readonly content: string;
}

interface SavedChunk extends Omit<QueuedChunk, 'windows' | 'rows'> {
  /** Absent where there are none. */
  readonly rows?: string;
  readonly windows: readonly (Omit<DriftSketch['windows'][number], 'sketch'> & { readonly sketch: string })[];
}

interface SavedModel extends Pick<ModelFold<unknown>, 'since' | 'recent' | 'closedEnd' | 'late' | 'ahead'> {
  readonly queue: readonly SavedChunk[];
  readonly partitions: readonly [number, PartitionFold][];
  readonly windows: readonly {
    start: number;
    end: number;
    passedSince: number | null;
    groups: SavedGroup[];
  }[];
  readonly pending: readonly (SavedGroup & { start: number })[];
  readonly memory: readonly [number, Record<string, unknown>][];
  /** Absent in checkpoints that were written before rows were watched. */
  readonly watches?: readonly [number, SavedWatch][];
  /** Absent in checkpoints that were written before rows waited. */
  readonly stretches?: readonly SavedStretch[];
  readonly watchedEnd?: number;
}

interface SavedState {
  readonly signal: Signal;
  readonly topicId: string;
  readonly before: readonly string[];
  readonly partitions: number;
  readonly clocks: readonly [number, PartitionClock][];
  /** Absent in older checkpoints, whose clocks have it. */
  readonly heard?: readonly [number, number][];
  readonly settledUpTo: number;
  readonly left: readonly [number, number][];
  readonly models: readonly [string, SavedModel][];
}

/** Version of the encoded windows, and of what a history keeps beside them. */
const WINDOWS_FORMAT = 4;

/** The state of a signal's windows as JSON text; sketches in base64. */
export function codecOf<C>(signal: Signal, kind: ContentKind<C>): Codec<ReducerState<C>> {
  return {
    format: WINDOWS_FORMAT,
    encode: (state) => encodeState(state, kind),
    decode: (text) => decodeState(text, signal, kind),
  };
}

function encodeState<C>(state: ReducerState<C>, kind: ContentKind<C>): string {
  const { signal, topicId, before, partitions, clocks, heard, settledUpTo, left, models } = state;
  const saved: SavedState = {
    signal,
    topicId,
    before,
    partitions,
    clocks: [...clocks],
    heard: [...heard],
    settledUpTo,
    left: [...left],
    models: [...models].map(([model, fold]) => [model, savedModel(fold, kind)]),
  };
  return JSON.stringify(saved);
}

/** Restores what encodeState wrote. DATA_INVALID for another signal. */
function decodeState<C>(text: string, signal: Signal, kind: ContentKind<C>): ReducerState<C> {
  const saved = JSON.parse(text) as SavedState;
  if (saved.signal !== signal) {
    throw new DriftloopError(
      'DATA_INVALID',
      `A checkpoint is of signal ${saved.signal}, expected ${signal}: delete it and read the log again.`,
    );
  }
  const models = new Map(saved.models.map(([model, fold]) => [model, restoredModel(fold, kind)]));
  return {
    signal,
    topicId: saved.topicId,
    before: saved.before,
    partitions: saved.partitions,
    clocks: new Map(saved.clocks),
    heard: new Map(saved.heard ?? []),
    settledUpTo: saved.settledUpTo,
    waitingBytes: waitingBytesOf(models.values()),
    left: new Map(saved.left),
    models,
  };
}

function waitingBytesOf<C>(folds: Iterable<ModelFold<C>>): number {
  let bytes = 0;
  for (const { queue } of folds)
    for (const chunks of queue.values()) for (const chunk of chunks) bytes += bytesOf(chunk);
  return bytes;
}

function savedModel<C>(fold: ModelFold<C>, kind: ContentKind<C>): SavedModel {
  const { since, recent, closedEnd, late, ahead, watchedEnd } = fold;
  const group = ({ content, ...rest }: Group<C>): SavedGroup => ({
    ...rest,
    content: Buffer.from(kind.encode(content)).toString('base64'),
  });
  return {
    since,
    recent,
    closedEnd,
    late,
    ahead,
    queue: [...fold.queue.values()].flat().map(savedChunk),
    partitions: [...fold.partitions],
    windows: [...fold.windows.values()].map(({ start, end, passedSince, groups }) => ({
      start,
      end,
      passedSince,
      groups: [...groups.values()].map(group),
    })),
    pending: [...fold.pending.values()].map((pending) => ({ ...group(pending), start: pending.start })),
    memory: [...fold.memory],
    watches: [...fold.watches].flatMap(([version, { watch, saved }]) => {
      const kept = watch?.save() ?? saved;
      return kept ? [[version, kept] as const] : [];
    }),
    stretches: [...fold.stretches.values()].map(savedStretch),
    watchedEnd,
  };
}

function restoredModel<C>(saved: SavedModel, kind: ContentKind<C>): ModelFold<C> {
  const group = ({ content, ...rest }: SavedGroup): Group<C> => ({
    ...rest,
    content: kind.decode(Buffer.from(content, 'base64'), rest.version),
  });
  const { since, recent, closedEnd, late, ahead } = saved;
  const queue = saved.queue.map(restoredChunk);
  const queuedVersions = new Map<number, number>();
  for (const chunk of queue) countVersions(queuedVersions, chunk, 1);
  return {
    ...emptyModel<C>(),
    since,
    recent,
    closedEnd,
    late,
    ahead,
    queue: Map.groupBy(queue, ({ partition }) => partition),
    queuedVersions,
    partitions: new Map(saved.partitions),
    windows: new Map(
      saved.windows.map(({ groups, ...window }) => [
        spanKey(window),
        { ...window, groups: new Map(groups.map((entry) => [entry.key, group(entry)])) },
      ]),
    ),
    pending: new Map(saved.pending.map((entry) => [entry.key, { ...group(entry), start: entry.start }])),
    memory: new Map(saved.memory),
    watches: new Map((saved.watches ?? []).map(([version, watch]) => [version, { saved: watch }])),
    stretches: new Map(
      (saved.stretches ?? []).map((stretch) => [spanKey(stretch), restoredStretch(stretch)]),
    ),
    watchedEnd: saved.watchedEnd ?? Number.MIN_SAFE_INTEGER,
  };
}

function savedChunk({ rows, ...chunk }: QueuedChunk): SavedChunk {
  const windows = chunk.windows.map((window) => ({
    ...window,
    sketch: Buffer.from(window.sketch).toString('base64'),
  }));
  const hasRows = rows !== undefined && rows.length > 0;
  return { ...chunk, windows, ...(hasRows ? { rows: Buffer.from(rows).toString('base64') } : {}) };
}

function restoredChunk({ rows, ...chunk }: SavedChunk): QueuedChunk {
  const windows = chunk.windows.map((window) => ({
    ...window,
    sketch: Buffer.from(window.sketch, 'base64'),
  }));
  return { ...chunk, windows, ...(rows === undefined ? {} : { rows: Buffer.from(rows, 'base64') }) };
}
