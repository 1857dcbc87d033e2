import { DriftloopError } from '@driftloop/errors';
import type {
  DriftSignal,
  DriftSketch,
  DriftVerdict,
  ModelSpec,
  RetrainCommand,
  Signal,
} from '@driftloop/schemas';
import type { ModelContext } from '../chunks/context.ts';
import { createEnsemble } from '../ensemble/ensemble.ts';
import type { ReferenceProfile } from '../profile/reference-profile.ts';
import { createReducer } from '../windows/reducer.ts';
import { createChunkedRows } from './chunked-rows.ts';
import type { ReplayRecord } from './record.ts';

/** A version and what it was tested against. */
export interface ReplayVersion {
  readonly version: number;
  readonly profile: ReferenceProfile;
}

/** How the input was cut when it was read live. */
export interface ReplaySettings {
  /** Partitions of the input topics. @default as many as the records show */
  readonly partitions?: number;
  /** Input offsets per chunk, as DRIFT_CHUNK_SIZE. @default 512 */
  readonly chunkSize?: number;
}

/** What the services would have said. */
export interface ReplayResult {
  readonly signals: readonly DriftSignal[];
  readonly verdicts: readonly DriftVerdict[];
  readonly commands: readonly RetrainCommand[];
}

/** A replay that is fed record by record, for loops that publish versions as they go. */
export interface Replay {
  /** Makes a version known, and live from the next request on. */
  publish(version: ReplayVersion): void;
  /** Takes the next record; returns what it led to. */
  push(record: ReplayRecord): ReplayResult;
  /** The input has ended: unfinished chunks are published as idle, and the windows that they held back close. */
  finish(): ReplayResult;
}

const SIGNALS: readonly Signal[] = ['data', 'prediction', 'concept'];

/** Creates a replay of one model. */
export function createReplay(spec: ModelSpec, settings: Required<ReplaySettings>): Replay {
  const { partitions } = settings;
  const profiles = new Map<number, ReferenceProfile>();
  let live = 0;
  const context: ModelContext = {
    spec,
    get live() {
      return live;
    },
    profile(version) {
      const profile = profiles.get(version);
      if (profile) return profile;
      throw new DriftloopError(
        'VERSION_UNKNOWN',
        `Version ${version} of ${spec.model} answered, but its profile is not among the versions of the replay.`,
      );
    },
  };
  const rows = createChunkedRows(spec.model, context, settings.chunkSize);
  const reducers = SIGNALS.map((signal) => createReducer(signal));
  const states = new Map(reducers.map((reducer) => [reducer.signal, reducer.initial()]));
  const ensemble = createEnsemble();
  const judged = ensemble.initial();

  const reduce = (sketches: readonly DriftSketch[]): ReplayResult => {
    const signals: DriftSignal[] = [];
    const verdicts: DriftVerdict[] = [];
    const commands: RetrainCommand[] = [];
    for (const sketch of sketches) {
      const reducer = reducers.find(({ signal }) => signal === sketch.signal);
      const state = states.get(sketch.signal);
      if (!reducer || !state) continue;
      for (const signal of reducer.apply(state, sketch, context, { partitions }).signals) {
        signals.push(signal);
        // A replay has no wall clock: a command is issued at the event time of its decision.
        const { verdict, command } = ensemble.apply(judged, signal, spec, signal.windowEnd);
        if (verdict) verdicts.push(verdict);
        if (command) commands.push(command);
      }
    }
    return { signals, verdicts, commands };
  };
  return {
    publish({ version, profile }) {
      profiles.set(version, profile);
      live = version;
    },
    push: (record) => reduce(rows.push(record)),
    finish: () => reduce(rows.finish(partitions)),
  };
}

/** A slice of history. */
export interface ReplayInput {
  readonly spec: ModelSpec;
  /** Every version that answers in the slice. */
  readonly versions: readonly ReplayVersion[];
  /** In the order of their arrival; records of other models are left out. */
  readonly records: Iterable<ReplayRecord> & { readonly length?: number };
  readonly settings?: ReplaySettings;
}

/**
 * Runs a slice of history through the code of the drift services and the ensemble, in one pass and without a clock: the same slice and
 * settings give the same result, byte for byte. A version is live from its first live answer on.
 *
 * @throws VERSION_UNKNOWN when a version answered that is not among `versions`
 */
export function replay({ spec, versions, records, settings = {} }: ReplayInput): ReplayResult {
  const all = [...records].filter(({ value }) => value.model === spec.model);
  const partitions =
    settings.partitions ?? all.reduce((most, { partition }) => Math.max(most, partition + 1), 1);
  const run = createReplay(spec, { chunkSize: settings.chunkSize ?? 512, partitions });
  const signals: DriftSignal[] = [];
  const verdicts: DriftVerdict[] = [];
  const commands: RetrainCommand[] = [];
  const keep = (result: ReplayResult): void => {
    signals.push(...result.signals);
    verdicts.push(...result.verdicts);
    commands.push(...result.commands);
  };
  const known = new Map(versions.map((version) => [version.version, version]));
  const first = all.find(
    (record) => record.topic === 'inference.predictions' && record.value.role === 'live',
  );
  let live = -1;
  const goLive = (number: number): void => {
    const version = known.get(number);
    if (number === live || !version) return;
    live = number;
    run.publish(version);
  };
  // What came before the first answer is tested against the version that gave it.
  if (first?.topic === 'inference.predictions') goLive(first.value.version);
  for (const record of all) {
    if (record.topic === 'inference.predictions' && record.value.role === 'live')
      goLive(record.value.version);
    keep(run.push(record));
  }
  keep(run.finish());
  return { signals, verdicts, commands };
}
