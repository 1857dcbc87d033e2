import { type Comparison, compareHistories } from './checker/compare.ts';
import { type History, historyOf, requestsAnswered } from './checker/history.ts';
import { checkLoop } from './checker/loop.ts';
import type { Fault } from './faults/fault.ts';
import { planFaults } from './faults/plan.ts';
import { createPreload, type Preload } from './workload/preload.ts';
import { recordedWorkload } from './workload/recorded.ts';
import { createWorkload, type Workload } from './workload/workload.ts';
import { DRIFT_SERVICES } from './world/services.ts';
import { type Mutation, type Outcome, World } from './world/world.ts';

/**
 * `serving`: versions stay as they are. `loop`: the trainer carries commands out, so that versions
 * come and go.
 */
export type Mode = 'serving' | 'loop';

/** A simulated stretch of traffic with the run that nothing disturbs. */
export interface Stage {
  readonly mode: Mode;
  readonly workload: Workload;
  readonly preload: Preload;
  /**
   * How often instances were answered and what they wrote to, in the undisturbed run: where faults
   * can strike.
   */
  readonly reference: Pick<Outcome, 'answers' | 'sends'>;
  readonly history: History;
  readonly answered: History;
}

/** What came of a seed. */
export interface SeedResult extends Comparison {
  readonly seed: number;
  readonly faults: readonly Fault[];
  readonly outcome: Outcome;
}

const SERVICES: Readonly<Record<Mode, readonly string[]>> = {
  serving: ['inference', ...DRIFT_SERVICES],
  loop: ['inference', ...DRIFT_SERVICES, 'trainer'],
};

let preload: Promise<Preload> | undefined;

/** Runs a workload undisturbed: what all disturbed runs are compared with. */
export async function createStage(
  workloadSeed: number,
  hours: number,
  mode: Mode = 'serving',
): Promise<Stage> {
  preload ??= createPreload();
  const workload = createWorkload(workloadSeed, hours);
  const parts = { workload, preload: await preload };
  const reference = await new World({ ...parts, seed: 'undisturbed', services: SERVICES[mode] }).run();
  if (reference.restless !== undefined) throw new Error(`The undisturbed run: ${reference.restless}.`);
  // Its topics are let go: they are most of what a stage would keep.
  const { answers, sends, broker } = reference;
  return {
    mode,
    ...parts,
    reference: { answers, sends },
    history: historyOf(broker, workload.judgedThrough, 'own'),
    answered: requestsAnswered(broker),
  };
}

/** Faults of a seed on a stage. */
export function faultsOf(seed: number, { reference, workload }: Stage): Fault[] {
  const { answers, sends } = reference;
  return planFaults(seed, {
    answers,
    sends,
    partitions: workload.partitions,
    fromMs: 30_000,
    toMs: workload.endMs,
  });
}

/**
 * Runs a seed and compares it with the undisturbed run.
 * @param options.faults other ones than the seed's, to shrink them
 */
export async function runSeed(
  seed: number,
  stage: Stage,
  options: { readonly faults?: readonly Fault[]; readonly mutation?: Mutation | undefined } = {},
): Promise<SeedResult> {
  const faults = options.faults ?? faultsOf(seed, stage);
  const { workload, preload: before, mode } = stage;
  const { mutation } = options;
  // Artifacts of candidates stay with the run that made them.
  const own = { ...before, artifacts: new Map(before.artifacts) };
  const services = SERVICES[mode];
  const outcome = await new World({
    seed: String(seed),
    workload,
    preload: own,
    faults,
    mutation,
    services,
  }).run();
  const comparison =
    mode === 'loop'
      ? await compareLoop(stage, outcome, own)
      : compareHistories(stage.history, historyOf(outcome.broker, workload.judgedThrough, 'own'));
  return { seed, faults, outcome, ...comparison };
}

/** Whether a seed found something. */
export function hasFailed({ differences, outcome }: SeedResult): boolean {
  return differences.length > 0 || outcome.restless !== undefined;
}

/**
 * When a version goes live depends on how long its training takes, so a run with a trainer has no
 * other one to be like. But what the drift services conclude follows from the log: they come to the
 * same when they read the log of this run undisturbed.
 */
async function compareLoop(
  { workload, answered: expected }: Stage,
  { broker }: Outcome,
  own: Preload,
): Promise<Comparison> {
  const { judgedThrough } = workload;
  const again = await new World({
    seed: 'undisturbed',
    workload: recordedWorkload(broker, workload),
    preload: { records: [], artifacts: own.artifacts },
    services: DRIFT_SERVICES,
  }).run();
  const answered = compareHistories(expected, requestsAnswered(broker));
  const concluded = compareHistories(
    historyOf(again.broker, judgedThrough, 'same'),
    historyOf(broker, judgedThrough, 'same'),
  );
  return {
    differences: [...answered.differences, ...concluded.differences, ...checkLoop(broker, own.artifacts)],
    recovered: concluded.recovered,
  };
}
