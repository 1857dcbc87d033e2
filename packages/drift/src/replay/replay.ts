import { DriftloopError } from '@driftloop/errors';
import type { DriftSketch, ModelSpec } from '@driftloop/schemas';
import { createServedAnswers, type LiveSince, liveAt, type ServedAnswers } from '@driftloop/spec';
import type { ModelContext, Models } from '../chunks/context.ts';
import { SLOT_MS } from '../chunks/cut.ts';
import { createLogTime, type LogTime } from '../chunks/log-time.ts';
import { type Concluded, createHistory } from '../history/history.ts';
import type { ReferenceProfile } from '../profile/reference-profile.ts';
import { type AnsweredRequests, createAnsweredRequests } from './answered-requests.ts';
import { createChunkedInput, type InputTopic, type Partitions } from './chunked-input.ts';
import { type ReplayRecord, timestampOf } from './record.ts';

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
  /** Takes the next record in the order of the log; returns what it led to. */
  push(record: ReplayRecord): Concluded;
  /** Nothing more comes: what closes when all partitions have been silent for long. */
  finish(): Concluded;
}

/** Creates a replay of one model. @param settings.partitions of each input topic */
export function createReplay(spec: ModelSpec, settings: { readonly partitions: number }): Replay {
  const lived: LiveSince[] = [];
  const profiles = new Map<number, ReferenceProfile | undefined>();
  const context = contextOf(spec, profiles, lived);
  const requests = createAnsweredRequests();
  const run = createRun(context, createServedAnswers(), requests, evenly(settings.partitions));
  let newest = Number.MIN_SAFE_INTEGER;
  return {
    publish({ version, profile }) {
      profiles.set(version, profile);
      lived.push({ version, since: newest + 1 });
    },
    push(record) {
      newest = Math.max(newest, timestampOf(record));
      return run.push(record, timestampOf(record));
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
  const logged = inLogOrder(records);
  const lived = live ?? firstAnswers(logged, spec.model);
  const answers = createServedAnswers();
  // Whether an answer came in time for its label is decided by their times, not by what was read
  // first.
  const requests = createAnsweredRequests();
  for (const { record } of logged) {
    if (record.topic === 'inference.predictions') answers.add([record.value]);
    if (record.topic === 'inference.requests') requests.add(record);
  }
  const run = createRun(
    contextOf(spec, profiles, lived),
    answers,
    requests,
    partitions ?? evenly(partitionsOf(records)),
  );
  const parts = logged.map(({ record, logTime }) => run.push(record, logTime));
  parts.push(run.finish());
  return {
    signals: parts.flatMap(({ signals }) => signals),
    verdicts: parts.flatMap(({ verdicts }) => verdicts),
    commands: parts.flatMap(({ commands }) => commands),
  };
}

const NOTHING: Concluded = { signals: [], verdicts: [], commands: [] };

/** Chunks and history of one model. */
function createRun(
  context: ModelContext,
  answers: ServedAnswers,
  requests: AnsweredRequests,
  partitions: Partitions,
) {
  const models: Models = { of: (model) => (model === context.spec.model ? context : undefined) };
  const input = createChunkedInput(models, answers, requests, partitions);
  const history = createHistory();
  const state = history.initial();
  let slot = Number.NEGATIVE_INFINITY;

  const conclude = (sketches: readonly DriftSketch[]): Concluded => {
    if (sketches.length === 0) return NOTHING;
    const parts = sketches.map((sketch) => history.apply(state, sketch, models));
    return {
      signals: parts.flatMap(({ signals }) => signals),
      verdicts: parts.flatMap(({ verdicts }) => verdicts),
      commands: parts.flatMap(({ commands }) => commands),
    };
  };
  return {
    push(record: ReplayRecord, logTime: number): Concluded {
      const own = Math.floor(logTime / SLOT_MS);
      const passed = own > slot ? input.readUpTo(own * SLOT_MS) : [];
      slot = Math.max(slot, own);
      return conclude([...passed, ...input.push(record)]);
    },
    finish: () => conclude(input.readUpTo(Number.MAX_SAFE_INTEGER)),
  };
}

function contextOf(
  spec: ModelSpec,
  profiles: ReadonlyMap<number, ReferenceProfile | undefined>,
  lived: readonly LiveSince[],
): ModelContext {
  return {
    spec,
    liveAt: (logTime) => liveAt(lived, logTime),
    isLost: (version) => profiles.has(version) && profiles.get(version) === undefined,
    profile(version) {
      const profile = profiles.get(version);
      if (profile) return profile;
      throw new DriftloopError(
        'VERSION_UNKNOWN',
        `Version ${version} of ${spec.model} answered, but its profile is not among the versions of the replay.`,
      );
    },
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

interface LoggedRecord {
  readonly record: ReplayRecord;
  readonly logTime: number;
}

/** By log time; records of one partition keep their order. */
function inLogOrder(records: readonly ReplayRecord[]): LoggedRecord[] {
  const times = new Map<string, LogTime>();
  const newest = new Map<string, number>();
  const logged = records.map((record) => {
    const key = `${record.topic}/${record.partition}`;
    const time = times.get(key) ?? createLogTime();
    times.set(key, time);
    // After a timestamp that was wrong log time falls; what comes then still comes after it.
    const logTime = Math.max(newest.get(key) ?? 0, time.of(record.offset, timestampOf(record)));
    newest.set(key, logTime);
    return { record, logTime };
  });
  return logged.sort((a, b) => a.logTime - b.logTime);
}

function firstAnswers(logged: readonly LoggedRecord[], model: string): LiveSince[] {
  const live: LiveSince[] = [];
  for (const { record, logTime } of logged) {
    if (record.topic !== 'inference.predictions') continue;
    const { role, version, model: of } = record.value;
    if (of !== model || role !== 'live' || live.at(-1)?.version === version) continue;
    live.push({ version, since: logTime });
  }
  return live;
}
