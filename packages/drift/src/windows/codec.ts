import { DriftloopError } from '@driftloop/errors';
import type { Signal } from '@driftloop/schemas';
import {
  type ContentKind,
  emptyModel,
  type Group,
  type ModelFold,
  type PartitionFold,
  type ReducerState,
} from './state.ts';

/** Version of the encoded state; a checkpoint of another one is ignored and the log read from its start. */
export const REDUCER_FORMAT = 1;

interface SavedGroup {
  readonly key: string;
  readonly version: number;
  readonly n: number;
  readonly content: string;
}

interface SavedModel {
  readonly partitions: [number, Omit<PartitionFold<string>, 'current'> & { current: SavedContribution[] }][];
  readonly windows: { start: number; end: number; groups: SavedGroup[] }[];
  readonly pending: (SavedGroup & { start: number })[];
  readonly closedEnd: number;
  readonly late: number;
  readonly memory: [number, Record<string, unknown>][];
}

interface SavedContribution {
  readonly start: number;
  readonly end: number;
  readonly key: string;
  readonly version: number;
  readonly n: number;
  readonly content?: string;
}

interface SavedState {
  readonly format: number;
  readonly signal: Signal;
  readonly models: [string, SavedModel][];
}

/** The state as JSON text; sketches in base64. */
export function encodeState<C>(state: ReducerState<C>, kind: ContentKind<C>): string {
  const text = (content: C): string => Buffer.from(kind.encode(content)).toString('base64');
  const group = ({ key, version, n, content }: Group<C>): SavedGroup => ({
    key,
    version,
    n,
    content: text(content),
  });
  const saved: SavedState = {
    format: REDUCER_FORMAT,
    signal: state.signal,
    models: [...state.models].map(([model, fold]) => [
      model,
      {
        partitions: [...fold.partitions].map(([index, partition]) => [
          index,
          {
            ...partition,
            current: partition.current.map(({ content, ...rest }) =>
              content === undefined ? rest : { ...rest, content: text(content) },
            ),
          },
        ]),
        windows: [...fold.windows.values()].map(({ start, end, groups }) => ({
          start,
          end,
          groups: [...groups.values()].map(group),
        })),
        pending: [...fold.pending.values()].map((pending) => ({ ...group(pending), start: pending.start })),
        closedEnd: fold.closedEnd,
        late: fold.late,
        memory: [...fold.memory],
      },
    ]),
  };
  return JSON.stringify(saved);
}

/** Restores what encodeState wrote. DATA_INVALID for another format or signal. */
export function decodeState<C>(text: string, signal: Signal, kind: ContentKind<C>): ReducerState<C> {
  const saved = JSON.parse(text) as SavedState;
  if (saved.format !== REDUCER_FORMAT || saved.signal !== signal) {
    throw new DriftloopError(
      'DATA_INVALID',
      `A checkpoint is of format ${saved.format} and signal ${saved.signal}, expected ${REDUCER_FORMAT} and ${signal}: delete it and read the log again.`,
    );
  }
  const models = new Map<string, ModelFold<C>>();
  for (const [model, fold] of saved.models) models.set(model, restoreModel(fold, kind));
  return { signal, models };
}

function restoreModel<C>(saved: SavedModel, kind: ContentKind<C>): ModelFold<C> {
  const content = (text: string, version: number): C => kind.decode(Buffer.from(text, 'base64'), version);
  const fold: ModelFold<C> = { ...emptyModel<C>(), closedEnd: saved.closedEnd, late: saved.late };
  for (const [index, partition] of saved.partitions) {
    const current = partition.current.map((entry) => ({
      ...entry,
      content: entry.content === undefined ? undefined : content(entry.content, entry.version),
    }));
    fold.partitions.set(index, { ...partition, current });
  }
  for (const { start, end, groups } of saved.windows) {
    const restored = groups.map((group): [string, Group<C>] => [
      group.key,
      { ...group, content: content(group.content, group.version) },
    ]);
    fold.windows.set(`${start}/${end}`, { start, end, groups: new Map(restored) });
  }
  for (const pending of saved.pending) {
    fold.pending.set(pending.key, { ...pending, content: content(pending.content, pending.version) });
  }
  for (const [version, memory] of saved.memory) fold.memory.set(version, memory);
  return fold;
}
