import type { DriftSketch, ModelSpec } from '@driftloop/schemas';
import { createServedAnswers, type LiveSince, type ServedAnswers } from '@driftloop/spec';
import type { ModelContext, Models } from '../chunks/context.ts';
import { SLOT_MS } from '../chunks/cut.ts';
import { type Concluded, createHistory } from '../history/history.ts';
import type { ReferenceProfile } from '../profile/reference-profile.ts';
import { type AnsweredRequests, createAnsweredRequests } from './answered-requests.ts';
import { createChunkedInput, type InputTopic, type Partitions } from './chunked-input.ts';
import { type Collected, collect, nothing } from './collected.ts';
import { type LogOrder, logOrderOf } from './log-order.ts';
import { type ReplayRecord, timestampOf } from './record.ts';
import { contextOf } from './replay-context.ts';

/** A version and what it was tested against. */
export interface ReplayVersion {
  readonly version: number;
  /** undefined where it is lost: the version is left out of signals. */
  readonly profile: ReferenceProfile | undefined;
}

/** A replay that is fed record by record, for loops that publish versions as they go. */
export interface Replay {
  /** Makes a version known, and live from the next request on. */
  publish(version: { readonly version: number; readonly profile: ReferenceProfile }): void;
  /** Makes a version known that answers beside the live one, or a share of the requests. */
  know(version: { readonly version: number; readonly profile: ReferenceProfile }): void;
  /**
   * Takes the next record in the order of the log; returns what it led to.
   * @param logTime of the record, see `logOrderOf`. @default its timestamp
   */
  push(record: ReplayRecord, logTime?: number): Concluded;
  /** Nothing more comes: what closes when all partitions have been silent for long. */
  finish(): Concluded;
}

/** Creates a replay of one model. @param settings.partitions of all input topics, or of each */
export function createReplay(
  spec: ModelSpec,
  { partitions }: { readonly partitions: number | Partitions },
): Replay {
  const lived: LiveSince[] = [];
  const profiles = new Map<number, ReferenceProfile | undefined>();
  const context = contextOf(spec, profiles, lived);
  const answers = createServedAnswers(Number.POSITIVE_INFINITY, { model: spec.model });
  const requests = createAnsweredRequests();
  const run = createRun(
    context,
    answers,
    requests,
    typeof partitions === 'number' ? evenly(partitions) : partitions,
  );
  let newest = Number.MIN_SAFE_INTEGER;
  return {
    publish({ version, profile }) {
      profiles.set(version, profile);
      lived.push({ version, since: newest + 1 });
    },
    know({ version, profile }) {
      profiles.set(version, profile);
    },
    push(record, logTime = timestampOf(record)) {
      newest = Math.max(newest, logTime);
      if (record.topic === 'inference.predictions') answers.add([record.value]);
      if (record.topic === 'inference.requests' && record.value.model === spec.model) requests.add(record);
      return run.push(record, logTime);
    },
    finish: run.finish,
  };
}

/** A slice of history. */
export interface ReplayInput {
  readonly spec: ModelSpec;
  /** Every version that answers in the slice. */
  readonly versions: readonly ReplayVersion[];
  /**
   * Which version was live from which log time on, oldest first.
   * @default each from its first answer on
   */
  readonly live?: readonly LiveSince[];
  /**
   * Of each partition in the order of offsets, also those of other models: they decide where chunks
   * end.
   */
  readonly records: readonly ReplayRecord[];
  /** Partitions of the input topics. @default as many as the records show */
  readonly partitions?: Partitions;
}

/**
 * What the services say of a slice of history, or would have said of it with another spec: their
 * own code, in one pass and without a clock. The same slice and spec give the same result, byte for
 * byte, in whatever order the records of different partitions come.
 *
 * @throws VERSION_UNKNOWN when a version answered that is not among `versions`
 */
export function replay({ spec, versions, live, records, partitions }: ReplayInput): Concluded {
  const profiles = new Map(versions.map(({ version, profile }) => [version, profile]));
  const log = logOrderOf(records);
  const { logTimes, order } = log;
  const lived = live ?? firstAnswers(records, log, spec.model);
  const answers = answersOf(records, log, spec.model);
  const requests = requestsOf(records, spec.model);
  const run = createRun(
    contextOf(spec, profiles, lived),
    answers,
    requests,
    partitions ?? evenly(partitionsOf(records)),
  );
  const all = nothing();
  for (const i of order) collect(all, run.push(records[i] as ReplayRecord, logTimes[i] as number));
  return collect(all, run.finish());
}

/** What the drift services would have written to drift.sketches of a slice; see {@link replay}. */
export function sketchSlice({ spec, versions, live, records, partitions }: ReplayInput): DriftSketch[] {
  const profiles = new Map(versions.map(({ version, profile }) => [version, profile]));
  const log = logOrderOf(records);
  const context = contextOf(spec, profiles, live ?? firstAnswers(records, log, spec.model));
  const models: Models = { of: (model) => (model === spec.model ? context : undefined) };
  const answers = answersOf(records, log, spec.model);
  const requests = requestsOf(records, spec.model);
  const input = createChunkedInput(models, answers, requests, partitions ?? evenly(partitionsOf(records)));
  const sketches: DriftSketch[] = [];
  let slot = Number.NEGATIVE_INFINITY;
  for (const i of log.order) {
    const own = Math.floor((log.logTimes[i] as number) / SLOT_MS);
    if (own > slot) sketches.push(...input.readUpTo(own * SLOT_MS));
    slot = Math.max(slot, own);
    sketches.push(...input.push(records[i] as ReplayRecord));
  }
  sketches.push(...input.readUpTo(Number.MAX_SAFE_INTEGER));
  return sketches;
}

/** Answers to all requests: whether one came in time for its label is decided by their times. */
function answersOf(records: readonly ReplayRecord[], { order }: LogOrder, model: string): ServedAnswers {
  const answers = createServedAnswers(Number.POSITIVE_INFINITY, { model });
  for (const i of order) {
    const record = records[i] as ReplayRecord;
    if (record.topic === 'inference.predictions') answers.add([record.value]);
  }
  return answers;
}

/** Requests of one model: labels lead to them by their answers. */
function requestsOf(records: readonly ReplayRecord[], model: string): AnsweredRequests {
  const requests = createAnsweredRequests();
  for (const record of records)
    if (record.topic === 'inference.requests' && record.value.model === model) requests.add(record);
  return requests;
}

const NOTHING: Concluded = nothing();

/** Chunks and history of one model. */
function createRun(
  context: ModelContext,
  answers: Pick<ServedAnswers, 'find'>,
  requests: Pick<AnsweredRequests, 'of'>,
  partitions: Partitions,
) {
  const models: Models = { of: (model) => (model === context.spec.model ? context : undefined) };
  const input = createChunkedInput(models, answers, requests, partitions);
  const history = createHistory();
  const state = history.initial();
  let slot = Number.NEGATIVE_INFINITY;

  const conclude = (sketches: readonly DriftSketch[], into: Collected): Collected => {
    for (const sketch of sketches) collect(into, history.apply(state, sketch, models));
    return into;
  };
  return {
    push(record: ReplayRecord, logTime: number): Concluded {
      const own = Math.floor(logTime / SLOT_MS);
      const passed = own > slot ? conclude(input.readUpTo(own * SLOT_MS), nothing()) : undefined;
      slot = Math.max(slot, own);
      const ended = input.push(record);
      return ended.length > 0 ? conclude(ended, passed ?? nothing()) : (passed ?? NOTHING);
    },
    finish: () => conclude(input.readUpTo(Number.MAX_SAFE_INTEGER), nothing()),
  };
}

function evenly(partitions: number): Partitions {
  return {
    'inference.requests': partitions,
    'inference.predictions': partitions,
    'inference.labels': partitions,
  } satisfies Record<InputTopic, number>;
}

function partitionsOf(records: readonly ReplayRecord[]): number {
  return records.reduce((most, { partition }) => Math.max(most, partition + 1), 1);
}

function firstAnswers(
  records: readonly ReplayRecord[],
  { logTimes, order }: LogOrder,
  model: string,
): LiveSince[] {
  const live: LiveSince[] = [];
  for (const i of order) {
    const record = records[i] as ReplayRecord;
    if (record.topic !== 'inference.predictions') continue;
    const { role, version, model: of } = record.value;
    if (of !== model || role !== 'live' || live.at(-1)?.version === version) continue;
    live.push({ version, since: logTimes[i] as number });
  }
  return live;
}
