import {
  designsOf,
  type EarlierVersion,
  type FitResult,
  firstStrategy,
  lookAgain,
  type ReplayMemory,
  retrain,
  trainFirst,
} from '@driftloop/continual';
import { buildReferenceProfile, type ReferenceProfile } from '@driftloop/drift';
import { DriftloopError, ERRORS } from '@driftloop/errors';
import { type LabelledRows, sliceRows } from '@driftloop/spec';
import type { LoopOptions } from './loop-options.ts';

/** What a registry holds of a version. */
export interface Version {
  readonly number: number;
  /** ONNX file. */
  readonly model: Uint8Array;
  readonly memory: ReplayMemory;
  readonly profile: ReferenceProfile;
}

/** How a training run ended. */
export interface Outcome {
  readonly kind: 'published' | 'restored' | 'rejected' | 'failed' | 'shadow' | 'promoted';
  /** For people. */
  readonly reasons: readonly string[];
  /** What is live next, or in shadow, or no more there. */
  readonly version?: Version;
}

/** Registry and trainer of the loop. */
export interface Versions {
  readonly live: Version;
  /** The candidate that answers in shadow. */
  readonly shadow: Version | undefined;
  /** The version with a number; undefined when none was published with it. */
  numbered(number: number): Version | undefined;
  train(data: LabelledRows): Promise<Outcome>;
  /** The last look at what training came to, on rows whose labels came meanwhile. */
  lookAgain(outcome: Outcome, fresh: LabelledRows): Promise<Outcome>;
  /** Ends the shadow of what was trained before. */
  publish(version: Version): void;
  /** What answers in shadow from now on, in place of the one before. */
  putInShadow(candidate: Version | undefined): void;
}

/** Trains the first version, which is live from then on. */
export async function createVersions(options: LoopOptions): Promise<Versions> {
  const known: Version[] = [await firstVersion(options)];
  let live = known[0]!;
  let shadow: Version | undefined;
  let runs = 0;
  return {
    get live() {
      return live;
    },
    get shadow() {
      return shadow;
    },
    numbered: (number) => known.find((version) => version.number === number),
    train: (data) => nextVersion(options, data, live, known, ++runs),
    async lookAgain(outcome, fresh) {
      if (outcome.kind !== 'published' || outcome.version === undefined) return outcome;
      const candidate = outcome.version.model;
      const earlier = earlierThan(live, known);
      const overruled = await lookAgain({
        ...options,
        candidate,
        live: { version: live.number, model: live.model },
        earlier: earlier.map(asEarlier),
        fresh,
      });
      if (overruled === undefined) return outcome;
      const reasons = [overruled.reason];
      const again = earlier.find(({ number }) => number === overruled.version);
      return again ? { kind: 'restored', reasons, version: again } : { kind: 'rejected', reasons };
    },
    publish(version) {
      if (!known.includes(version)) known.push(version);
      live = version;
      if (shadow && shadow.number <= version.number) shadow = undefined;
    },
    putInShadow(candidate) {
      shadow = candidate;
    },
  };
}

async function firstVersion(options: LoopOptions): Promise<Version> {
  const { data, seed, spec, trainingRows, fit } = options;
  const rows = sliceRows(data, 0, trainingRows);
  const designs = designsOf('mlp', spec, seed, fit?.hidden);
  const first = await trainFirst({ ...fitOptions(options, rows), seed, designs });
  return { number: 1, model: first.model, memory: first.memory, profile: profileOf(options, rows, first) };
}

async function nextVersion(
  options: LoopOptions,
  data: LabelledRows,
  live: Version,
  known: readonly Version[],
  run: number,
): Promise<Outcome> {
  const earlier = earlierThan(live, known);
  try {
    const next = await retrain({
      ...fitOptions(options, data),
      seed: options.seed * 1000 + run,
      live: live.model,
      // As the trainer has it: what is remembered of the stream is the newest version's.
      memory: firstStrategy(options.spec.retrain.strategy).warm ? live.memory : known.at(-1)!.memory,
      earlier: earlier.map(asEarlier),
    });
    const { accepted, reasons, model, memory } = next;
    const again = earlier.find(({ number }) => number === next.restoreVersion);
    if (again) return { kind: 'restored', reasons, version: again };
    if (!accepted) return { kind: 'rejected', reasons };
    const profile = profileOf(options, data, next, live.profile);
    // As in the registry, no number comes twice.
    const version = { number: run + 1, model, memory, profile };
    return { kind: 'published', reasons, version };
  } catch (error) {
    if (error instanceof DriftloopError && ERRORS[error.code].run === 'rejected') {
      return { kind: 'failed', reasons: [error.message] };
    }
    throw error;
  }
}

function earlierThan(live: Version, known: readonly Version[]): Version[] {
  return known.filter((version) => version !== live);
}

function asEarlier({ number, model }: Version): EarlierVersion {
  return { version: number, model };
}

function fitOptions({ engine, spec, fit }: LoopOptions, data: LabelledRows) {
  const { strategy, maxSteps } = spec.retrain;
  const { hidden: _, ...training } = fit ?? {};
  // No clock: a run that ended by time would depend on the machine.
  const budget = { maxSteps, maxSeconds: Number.POSITIVE_INFINITY };
  return { engine, spec, data, strategy, budget, now: () => 0, ...training };
}

function profileOf(
  { spec }: LoopOptions,
  data: LabelledRows,
  { judged }: FitResult,
  base?: ReferenceProfile,
): ReferenceProfile {
  const heldOut = { data: judged.rows, outputs: judged.outputs };
  return buildReferenceProfile({ spec, data, heldOut, ...(base ? { layout: base.layout } : {}) });
}
