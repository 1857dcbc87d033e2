import type { Engine } from '@driftloop/continual';
import {
  type Concluded,
  createReplay,
  logOrderOf,
  type Partitions,
  parseReferenceProfile,
  type ReplayRecord,
} from '@driftloop/drift';
import { DriftloopError } from '@driftloop/errors';
import type { ModelState, Registry } from '@driftloop/registry';
import type { InferencePrediction, PredictionRole, RetrainCommand } from '@driftloop/schemas';
import { goesToCanary } from '@driftloop/spec';
import { liveAnswers, scoreWindows, type WindowScore } from './accuracy.ts';
import { type AskedRows, askedRows } from './asked-rows.ts';
import type { Ending } from './endings.ts';
import { createKnownLabels } from './known-labels.ts';
import { type Beginning, rehearseRegistry } from './rehearsed-registry.ts';
import { createTraining } from './training.ts';
import { createVersionsAnswers } from './versions-answers.ts';

/** What the loop is run on. */
export interface LoopInput extends Beginning {
  readonly engine: Engine;
  /** Requests and labels of the slice; answers that were given then are compared with only. */
  readonly records: readonly ReplayRecord[];
  readonly partitions: Partitions;
  /** Log time that a training run takes, ms. @default 0 */
  readonly trainingMs?: number;
}

/** What the loop did. */
export interface LoopResult extends Concluded {
  /** How commands ended, in order. */
  readonly endings: readonly Ending[];
  readonly scores: readonly WindowScore[];
}

/**
 * The whole loop over a slice of history, in one process and without a clock: versions answer,
 * signals and verdicts follow, commands are carried out as the trainer does, and what goes live
 * answers from the next request on. A label is known once it has arrived in the log, and not
 * before. The same slice, spec and engine give the same result, byte for byte.
 *
 * A label that lies before its request in the log is refused here, where the services would wait
 * for its answer.
 *
 * @throws DriftloopError MODEL_NOT_LIVE where no version was live when the slice begins
 */
export async function runLoop(input: LoopInput): Promise<LoopResult> {
  const { engine, spec, records, partitions, trainingMs = 0 } = input;
  const log = logOrderOf(records);
  let now = log.order.length > 0 ? (log.logTimes[log.order[0] as number] as number) : 0;
  const registry = await rehearseRegistry(input, () => now);
  const first = liveIn(registry, spec.model);
  const asked = askedRows(records, log, spec);
  const labels = createKnownLabels(asked, spec);
  const answers = createVersionsAnswers(engine, registry, asked, spec);
  const training = createTraining({ engine, registry, labels }, () => now, trainingMs);
  const replay = createReplay(spec, { partitions });
  const served = { backtest: unknown(asked), frozen: unknown(asked) };
  const counts: number[] = [];
  const all = {
    signals: [] as Concluded['signals'][number][],
    verdicts: [] as Concluded['verdicts'][number][],
    commands: [] as RetrainCommand[],
  };
  let route = await routeOf(registry, spec.model, first);
  let isRouteOld = false;
  registry.onChange(() => {
    isRouteOld = true;
  });
  const reroute = async () => {
    isRouteOld = false;
    const next = await routeOf(registry, spec.model, first);
    for (const version of next.all) await know(version);
    if (next.live !== route.live) await publish(next.live);
    route = next;
  };
  const profileOf = async (version: number) => ({
    version,
    profile: parseReferenceProfile(await registry.profile(spec.model, version)),
  });
  const know = async (version: number) => replay.know(await profileOf(version));
  const publish = async (version: number) => replay.publish(await profileOf(version));
  const push = async (record: ReplayRecord) => {
    const { signals, verdicts, commands } = replay.push(record, now);
    for (const signal of signals) all.signals.push(signal);
    for (const verdict of verdicts) all.verdicts.push(verdict);
    for (const command of commands) all.commands.push(command);
    if (commands.length === 0) return;
    await training.take(commands);
    if (isRouteOld) await reroute();
  };
  for (const version of route.all) await know(version);
  await publish(route.live);

  for (const i of log.order) {
    const record = records[i] as ReplayRecord;
    if (record.topic === 'inference.predictions') continue;
    now = log.logTimes[i] as number;
    if (training.isDue()) {
      await training.pass();
      if (isRouteOld) await reroute();
    }
    if (record.topic === 'inference.labels') {
      if (record.value.model === spec.model) labels.take(record.value, record);
      await push(record);
      continue;
    }
    await push(record);
    const row = asked.rowOf[i] as number;
    if (row < 0) continue;
    for (const version of route.all)
      if (answers.known(version, row) === undefined) await answers.ask(version, row);
    for (const [role, version] of rolesOf(route, record.value.requestId, spec.rollout.canaryShare)) {
      const answer = answers.known(version, row);
      if (!answer) continue;
      if (role !== 'shadow') served.backtest[row] = answer.predicted;
      const offset = counts[record.partition] ?? 0;
      counts[record.partition] = offset + 1;
      const value = predictionOf(record, version, role, answer);
      const { partition, timestamp } = record;
      await push({ topic: 'inference.predictions', partition, offset, timestamp, value });
    }
    served.frozen[row] = answers.known(first, row)?.predicted ?? Number.NaN;
  }
  const rest = replay.finish();
  await registry.close();
  const live = liveAnswers(records, asked, spec.model);
  return {
    signals: [...all.signals, ...rest.signals],
    verdicts: [...all.verdicts, ...rest.verdicts],
    commands: [...all.commands, ...rest.commands],
    endings: training.endings,
    scores: scoreWindows(asked, labels, { ...served, live }, spec),
  };
}

/** Who answers. */
interface Route {
  readonly live: number;
  readonly canary: number | null;
  readonly shadows: readonly number[];
  /** All of them, and the version that was live at the beginning. */
  readonly all: readonly number[];
}

async function routeOf(registry: Registry, model: string, first: number): Promise<Route> {
  const live = liveIn(registry, model);
  const { spec, state } = registry.model(model) ?? { spec: undefined, state: undefined };
  const canary = state?.canary ?? null;
  const named = [...(spec?.rollout.shadowVersions ?? []), ...(state?.shadow ? [state.shadow] : [])];
  const shadows: number[] = [];
  for (const version of new Set(named))
    if (version !== canary && (await isRun(registry, state, version))) shadows.push(version);
  const all = new Set([live, first, ...shadows, ...(canary === null ? [] : [canary])]);
  return { live, canary, shadows, all: [...all] };
}

/** Versions that others serve are not run. */
async function isRun(registry: Registry, state: ModelState | undefined, version: number): Promise<boolean> {
  if (!state?.versions.has(version)) return false;
  const { manifest } = await registry.artifact(state.model, version);
  return manifest.incumbent === undefined;
}

/** Shadows first, so that the served answer of a request is its last, as the services have it. */
function rolesOf(
  { live, canary, shadows }: Route,
  requestId: string,
  canaryShare: number,
): (readonly [PredictionRole, number])[] {
  const asides = shadows.map((version) => ['shadow', version] as const);
  if (canary === null) return [...asides, ['live', live]];
  return goesToCanary(requestId, canaryShare)
    ? [...asides, ['canary', canary]]
    : [...asides, ['shadow', canary], ['live', live]];
}

function predictionOf(
  record: Extract<ReplayRecord, { topic: 'inference.requests' }>,
  version: number,
  role: PredictionRole,
  answer: Pick<InferencePrediction, 'outputs' | 'predicted'>,
): InferencePrediction {
  const { requestId, model, eventTime } = record.value;
  return {
    requestId,
    model,
    version,
    eventTime,
    servedAt: record.timestamp,
    ...answer,
    role,
    requestPartition: record.partition,
    requestOffset: record.offset,
    requestTime: record.timestamp,
  };
}

function liveIn(registry: Registry, model: string): number {
  const live = registry.model(model)?.state.live;
  if (typeof live === 'number') return live;
  throw new DriftloopError(
    'MODEL_NOT_LIVE',
    `Model '${model}' had no live version when the slice begins: begin later (--from).`,
  );
}

function unknown({ rows }: AskedRows): Float32Array {
  return new Float32Array(rows).fill(Number.NaN);
}
