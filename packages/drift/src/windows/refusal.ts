import { DriftloopError, type Refusal } from '@driftloop/errors';
import type { DriftSketch, WindowSketch } from '@driftloop/schemas';
import { isEventTime, windowStartOf } from '@driftloop/spec';
import type { ModelContext, Models } from '../chunks/context.ts';
import { BLOCK_OFFSETS } from '../chunks/cut.ts';
import { MOST_RECENT } from '../chunks/window-groups.ts';
import { readWatchedRows } from '../row-watch/watched-rows.ts';
import type { SignalKind } from '../signals/signal-kind.ts';
import { decodeRows } from './decoded.ts';
import { inputProblem, type Written } from './input-facts.ts';
import type { QueuedChunk, ReducerState } from './state.ts';

/** More than Kafka lets a topic have in practice: the fold looks at all of them at each chunk. */
const MOST_PARTITIONS = 100_000;

/** Why a record of the sketch log cannot be taken in, and what it leaves. */
export interface RefusedSketch extends Refusal {
  /**
   * The chunk without its rows, for its turn: their number is left out of the windows that come
   * after. Undefined where it does not even say where it lies.
   */
  readonly rest: QueuedChunk | undefined;
}

/**
 * Looks whether a record of the sketch log is one that a drift service writes. The answer depends
 * on the record, on profiles, which never change, and on what the input topic has, which only
 * grows: of what a drift service writes it is the same whenever the record is read again. A version
 * whose profile cannot be had is not tested, and its rows are taken as they are.
 *
 * @param written where the record comes from. @default of that nothing is looked at: who replays
 *   makes the records itself
 */
export function refusalOf<C>(
  sketch: DriftSketch,
  models: Models,
  kind: SignalKind<C>,
  state: Pick<ReducerState<C>, 'topicId' | 'before' | 'models'>,
  written?: Written,
): RefusedSketch | undefined {
  const isNote = sketch.clocks.length > 0;
  const place =
    (isNote ? noteProblem(sketch) : placeProblem(sketch)) ??
    (written && says(sketch) ? inputProblem(sketch, state, written) : undefined);
  if (place !== undefined) return { ...refused(sketch, place), rest: undefined };
  const context = isNote || sketch.logTime < 0 ? undefined : models.of(sketch.model);
  const waiting = state.models.get(sketch.model)?.queue;
  // What has to wait is small only while it is not decoded.
  const isNext = !waiting?.has(sketch.partition);
  const problem = context && rowsProblem(sketch, context, kind, isNext);
  return problem === undefined ? undefined : { ...refused(sketch, problem), rest: withoutRows(sketch) };
}

function refused({ signal, model, partition, chunkStart }: DriftSketch, problem: string): Refusal {
  const what =
    model === '' ? `A ${signal} note` : `The ${signal} chunk ${partition}/${chunkStart} of model '${model}'`;
  return {
    code: 'SKETCH_INVALID',
    reason: `${what} is left out: ${problem}. No drift service writes such a record: find out who did.`,
  };
}

/** The rows that the chunk says it has, as far as there can be so many. */
function withoutRows(sketch: DriftSketch): QueuedChunk {
  const said = sketch.windows.reduce((sum, { n }) => sum + Math.max(0, n), 0);
  const leftOut = Math.min(said, BLOCK_OFFSETS);
  return { ...sketch, windows: [], recent: [], rows: new Uint8Array(), leftOut };
}

function noteProblem({ clocks, partitions }: DriftSketch): string | undefined {
  if (partitions > MOST_PARTITIONS) return `it tells of ${partitions} partitions`;
  const wrong = clocks.find(({ partition, end }) => !isPartition(partition) || end < 0);
  return wrong && `it tells of offset ${wrong.end} of partition ${wrong.partition}`;
}

function placeProblem({ model, partition, chunkStart, chunkEnd }: DriftSketch): string | undefined {
  if (model === '') return undefined;
  if (!isPartition(partition)) return `it lies in partition ${partition}`;
  const isChunk = chunkStart >= 0 && chunkEnd > chunkStart && chunkEnd - chunkStart <= BLOCK_OFFSETS;
  return isChunk ? undefined : `it reaches from offset ${chunkStart} to ${chunkEnd}`;
}

function rowsProblem<C>(
  sketch: DriftSketch,
  context: ModelContext,
  kind: SignalKind<C>,
  isNext: boolean,
): string | undefined {
  const { recent, windows } = sketch;
  if (recent.length > MOST_RECENT || !recent.every(isEventTime))
    return `its newest event times are ${recent.slice(0, MOST_RECENT).join(', ')}`;
  const rows = windows.reduce((sum, { n }) => sum + n, 0);
  if (rows > BLOCK_OFFSETS) return `it has ${rows} rows, more than ${BLOCK_OFFSETS}`;
  for (const window of windows) {
    const problem = windowProblem(window, context, kind, isNext);
    if (problem !== undefined) return `in the window from ${window.start}, ${problem}`;
  }
  return watchedProblem(sketch, context);
}

/** Rows are watched of versions that the windows have, and as many as these. */
function watchedProblem({ signal, windows, rows }: DriftSketch, context: ModelContext): string | undefined {
  if (!rows || rows.length === 0) return undefined;
  if (signal !== 'concept') return 'only labelled rows are watched one by one';
  const left = new Map<number, number>();
  for (const { version, n } of windows) left.set(version, (left.get(version) ?? 0) + n);
  let strange: number | undefined;
  const profileOf = (version: number) => {
    if (!left.has(version)) strange = version;
    return strange !== undefined || context.isLost?.(version) ? undefined : context.profile(version);
  };
  try {
    for (const row of readWatchedRows(rows, profileOf)) {
      const { version, eventTime, requestPartition, requestOffset } = row;
      const more = (left.get(version) ?? 0) - 1;
      if (more < 0) return `it has more rows of version ${version} to watch than its windows have`;
      if (!isEventTime(eventTime)) return `a row to watch has the event time ${eventTime}`;
      if (!isPartition(requestPartition) || !(requestOffset >= 0))
        return `a row to watch is of request ${requestPartition}/${requestOffset}`;
      left.set(version, more);
    }
    return strange === undefined
      ? undefined
      : `it has rows to watch of version ${strange} and no window of it`;
  } catch (error) {
    if (error instanceof DriftloopError && error.code === 'DATA_INVALID') return error.message;
    throw error;
  }
}

function windowProblem<C>(
  window: WindowSketch,
  context: ModelContext,
  { content: kind, check }: SignalKind<C>,
  isNext: boolean,
): string | undefined {
  const { start, version, layout, n } = window;
  if (n < 0) return `${n} rows`;
  if (version < 1) return `version ${version} is none`;
  try {
    const { lengthMs, content } = decodeRows(window, kind, isNext);
    if (lengthMs < 1 || !isEventTime(start) || windowStartOf(start, lengthMs) !== start)
      return `no window of ${lengthMs} ms begins there`;
    if (!check) return undefined;
    const profile = context.isLost?.(version) ? undefined : context.profile(version);
    if (profile && layout !== check.layoutId(profile))
      return `the layout is '${layout}', that of version ${version} is '${check.layoutId(profile)}'`;
    if (profile && !check.isOf(content, profile)) return `the sketch is not of the layout '${layout}'`;
    return check.problem({ content, n, start, lengthMs }, profile);
  } catch (error) {
    if (error instanceof DriftloopError && error.code === 'DATA_INVALID') return error.message;
    throw error;
  }
}

/** A note of no partitions has nothing to say. */
function says({ model, clocks }: DriftSketch): boolean {
  return model !== '' || clocks.length > 0;
}

function isPartition(partition: number): boolean {
  return partition >= 0 && partition < MOST_PARTITIONS;
}
