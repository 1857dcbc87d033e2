import type { Connections } from '@driftloop/connections';
import type { Engine } from '@driftloop/continual';
import {
  type Concluded,
  parseReferenceProfile,
  type ReferenceProfile,
  type ReplayRecord,
  type ReplayVersion,
  replay,
  replaySketches,
  type SketchReplayInput,
} from '@driftloop/drift';
import { DriftloopError } from '@driftloop/errors';
import { losesProfile, type Registry, requireModel } from '@driftloop/registry';
import type { DriftVerdict } from '@driftloop/schemas';
import type { LiveSince } from '@driftloop/spec';
import { beginningOf } from './beginning.ts';
import { compareVerdicts, type VerdictDifference } from './compare.ts';
import { type EventTimeRange, readHistory, type Source } from './history.ts';
import { type LoopResult, runLoop } from './loop/loop.ts';
import { overrideSpec } from './overrides.ts';
import { isFromSketches, readSketches } from './sketches.ts';

/** What to replay, and what to do differently. */
export interface BacktestOptions extends EventTimeRange {
  readonly model: string;
  /** Dotted paths in the spec → values to use instead. */
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** Runs the whole loop: versions are trained and answer. @default verdicts alone */
  readonly train?: {
    readonly engine: Engine;
    /** Log time that a training run takes, ms. @default 0 */
    readonly trainingMs?: number;
  };
}

/** What the services would have concluded, and where that differs from what they did. */
export interface BacktestResult extends Concluded {
  readonly model: string;
  /** sketches: what the drift services had made of the rows. */
  readonly source: Source | 'sketches';
  readonly records: number;
  readonly overrides: Readonly<Record<string, unknown>>;
  /** What became of commands, and how well was answered; undefined where nothing was trained. */
  readonly loop?: Pick<LoopResult, 'endings' | 'scores'>;
  /** What was concluded then, oldest first. */
  readonly live: readonly DriftVerdict[];
  readonly differences: readonly VerdictDifference[];
}

/**
 * Runs a slice of a model's history through the code of the services, flat out and without a clock:
 * twice the same slice and settings give the same result, byte for byte.
 *
 * The ensemble starts afresh at `from`, so the first windows may be judged differently from live.
 *
 * @param read where the slice comes from. @default it is read anew
 * @throws DriftloopError MODEL_UNKNOWN; NOT_FOUND when the range holds no requests; REQUEST_INVALID
 *   or SPEC_INVALID for the overrides
 */
export async function backtest(
  connections: Connections,
  options: BacktestOptions,
  read: typeof readHistory = readHistory,
): Promise<BacktestResult> {
  const { registry, warehouse, bus } = connections;
  const { model, from, to } = options;
  const { spec, lived } = requireModel(registry, model);
  const changed = overrideSpec(spec, options.overrides ?? {});
  const { records, count, source } = await read(connections, model, { from, to });
  if (count === 0) {
    const range = `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
    throw new DriftloopError(
      'NOT_FOUND',
      `Model '${model}' has no requests with an event time from ${range}.`,
    );
  }
  const partitions = {
    'inference.requests': await bus.partitions('inference.requests'),
    'inference.predictions': await bus.partitions('inference.predictions'),
    'inference.labels': await bus.partitions('inference.labels'),
  };
  const { train, overrides = {} } = options;
  const concluded = train
    ? partsOf(
        await runLoop({
          ...(await beginningOf(connections, changed, records)),
          ...train,
          records,
          partitions,
        }),
      )
    : replay({
        spec: changed,
        versions: await versionsOf(registry, model, records, lived),
        live: lived,
        records,
        partitions,
      });
  const live = await warehouse.verdicts(model, { from, to, limit: 100_000 });
  return {
    model,
    source,
    records: count,
    overrides,
    ...concluded,
    live,
    differences: compareVerdicts(live, concluded.verdicts),
  };
}

function partsOf({ endings, scores, ...concluded }: LoopResult): Concluded & Pick<BacktestResult, 'loop'> {
  return { ...concluded, loop: { endings, scores } };
}

/**
 * Versions that answered or were live. What is lost is left out of drift signals, as the services
 * leave it out.
 */
async function versionsOf(
  registry: Registry,
  model: string,
  records: readonly ReplayRecord[],
  lived: readonly LiveSince[],
): Promise<ReplayVersion[]> {
  const numbers = new Set(lived.map(({ version }) => version));
  for (const { value } of records)
    if ('version' in value && value.model === model) numbers.add(value.version);
  return profilesOf(registry, model, numbers);
}

function profilesOf(
  registry: Registry,
  model: string,
  numbers: ReadonlySet<number>,
): Promise<ReplayVersion[]> {
  const sorted = [...numbers].filter((version) => version > 0).sort((a, b) => a - b);
  return Promise.all(
    sorted.map(async (version) => ({ version, profile: await profileOf(registry, model, version) })),
  );
}

async function profileOf(
  registry: Registry,
  model: string,
  version: number,
): Promise<ReferenceProfile | undefined> {
  try {
    return parseReferenceProfile(await registry.profile(model, version));
  } catch (error) {
    if (losesProfile(error)) return undefined;
    throw error;
  }
}

/** What to judge again from sketches. */
export type SketchBacktestOptions = Pick<BacktestOptions, 'model' | 'from' | 'to' | 'overrides'>;

/**
 * The same from what the drift services have sketched, as long as Kafka keeps it: seconds where
 * rows take minutes.
 *
 * @param judge where it is computed. @default here
 * @throws DriftloopError as `backtest`; REQUEST_INVALID for a setting that rows are sketched by
 */
export async function backtestSketches(
  { registry, warehouse, bus }: Pick<Connections, 'registry' | 'warehouse' | 'bus'>,
  { model, from, to, overrides = {} }: SketchBacktestOptions,
  judge: (input: SketchReplayInput) => Concluded | Promise<Concluded> = replaySketches,
): Promise<BacktestResult> {
  const { spec, lived } = requireModel(registry, model);
  const changed = overrideSpec(spec, overrides);
  const wrong = Object.keys(overrides).find((path) => !isFromSketches(path));
  if (wrong !== undefined)
    throw new DriftloopError(
      'REQUEST_INVALID',
      `Rows are sketched by '${wrong}': with another value they have to be replayed themselves (\`driftloop backtest\` without --from-sketches).`,
    );
  const sketches = await readSketches(bus, model, { from, to });
  const numbers = new Set(lived.map(({ version }) => version));
  for (const { windows } of sketches) for (const { version } of windows) numbers.add(version);
  const result = await judge({
    spec: changed,
    versions: await profilesOf(registry, model, numbers),
    live: lived,
    sketches,
  });
  // Kafka has forgotten what was sketched before: it is not judged again.
  const oldest = result.verdicts.reduce((least, { windowStart }) => Math.min(least, windowStart), to);
  const reaching = await warehouse.verdicts(model, { from: Math.max(from, oldest), to, limit: 100_000 });
  const live = reaching.filter(({ windowStart }) => windowStart >= Math.max(from, oldest));
  return {
    model,
    source: 'sketches',
    records: sketches.length,
    overrides,
    ...result,
    live,
    differences: compareVerdicts(live, result.verdicts),
  };
}
