import type { StepRunner, TrainingBatch } from '@driftloop/autodiff';
import { hasClasses, type LabelledRows, selectRows } from '@driftloop/spec';
import { composeBatch } from '../steps/compose-batch.ts';
import { createDraw } from '../steps/draw-rows.ts';
import type { StrategyContext } from '../steps/strategy-context.ts';
import { createExp3, type Exp3 } from './exp3.ts';
import { createRewardScale } from './progress.ts';
import { createSampleArms, rowLosses, type SampleArms } from './sample-arms.ts';
import { createWeightArms } from './weight-arms.ts';

/**
 * Steps in rounds: arms are drawn and rows held back at the begin of one; at its end the arms are
 * credited with what it brought.
 */
export interface Choices {
  sample(turn: Uint32Array): Promise<TrainingBatch>;
  /** Call after every step. */
  stepped(): Promise<void>;
  /** All weights may be updated again. */
  finish(): void;
  metrics(): Record<string, number>;
}

interface Round {
  readonly heldBackNew: ReadonlySet<number>;
  readonly heldBackOld: ReadonlySet<number>;
  readonly probe: LabelledRows;
  /** Loss on the held-back rows at the begin: mean over new ones + mean over remembered ones. */
  readonly before: number;
  /** Weight arm. */
  readonly arm: number;
  /** Rows that each sample arm gave. */
  readonly used: Float64Array;
  steps: number;
}

/** Creates the choices of a run; the memory must hold rows. */
export function createChoices(context: StrategyContext): Choices {
  const { runner, data, memory, settings, random, batchSize } = context;
  const tuning = { exploration: settings.exploration!, rate: settings.rate!, share: settings.share! };
  const samples = createSampleArms(memory, random);
  const weights = createWeightArms(runner);
  const sampleBandit = createExp3(Array<number>(samples.count).fill(1), tuning, random);
  const prior = weights.shares.map((_, arm) => (arm === 0 ? settings.everything! : 1));
  const weightBandit = createExp3(prior, tuning, random);
  const scale = createRewardScale();
  const inTurn = createDraw(memory.rows.rows, random);
  const holdNew = createDraw(data.rows, random);
  const holdOld = createDraw(memory.rows.rows, random);
  const count = Math.min(memory.rows.rows, Math.round(settings.ratio! * batchSize));
  const matched =
    memory.outputWidth === runner.outputWidth
      ? { remembered: { logits: memory.outputs, weight: settings.logits! } }
      : {};
  const measure = createMeasure(context);
  let round: Round | undefined;
  let rounds = 0;
  let subsets = 0;
  let progress = 0;

  const open = async (): Promise<Round> => {
    const heldBackNew = holdNew(Math.min(settings.heldBack!, data.rows >> 2));
    const heldBackOld = holdOld(Math.min(settings.heldBack!, memory.rows.rows >> 2));
    const probe = selectRows(data, heldBackNew);
    const { loss, remembered } = await measure(probe, heldBackOld);
    samples.reband(remembered);
    const arm = weightBandit.draw();
    weights.choose(arm);
    return {
      heldBackNew: new Set(heldBackNew),
      heldBackOld: new Set(heldBackOld),
      probe,
      before: loss,
      arm,
      used: new Float64Array(samples.count),
      steps: 0,
    };
  };
  const close = async (finished: Round): Promise<void> => {
    const { loss } = await measure(finished.probe, Uint32Array.from(finished.heldBackOld));
    // A forward pass is a third of a step's work; the rest is for the weights that are updated.
    const compute = finished.steps * (1 / 3 + (2 / 3) * weights.shares[finished.arm]!);
    const reward = scale.reward((finished.before - loss) / compute);
    const used = finished.used.reduce((sum, rows) => sum + rows, 0);
    if (used > 0)
      sampleBandit.reward(
        finished.used.map((rows) => rows / used),
        reward,
      );
    weightBandit.reward(
      weights.shares.map((_, arm) => Number(arm === finished.arm)),
      reward,
    );
    rounds++;
    if (finished.arm !== 0) subsets++;
    progress += finished.before - loss;
  };

  return {
    async sample(turn) {
      round ??= await open();
      const { heldBackNew, heldBackOld, used } = round;
      const chosen = drawByArms(samples, sampleBandit, Math.round(settings.chosen! * count), used);
      const remembered = [...chosen, ...inTurn(count - chosen.length)].filter((row) => !heldBackOld.has(row));
      const news = turn.filter((row) => !heldBackNew.has(row));
      return composeBatch(
        [
          { rows: data, indices: news, labels: news.length / turn.length },
          { rows: memory.rows, indices: remembered, labels: settings.labels!, ...matched },
        ],
        runner.outputWidth,
      );
    },
    async stepped() {
      if (round === undefined || ++round.steps < settings.roundSteps!) return;
      const finished = round;
      round = undefined;
      await close(finished);
    },
    finish: () => weights.choose(0),
    metrics: () => ({ rounds, roundsOnSubsets: subsets, progressPerRound: progress / Math.max(1, rounds) }),
  };
}

/** Measures the loss on held-back new and remembered rows, and that of every remembered row. */
function createMeasure({ runner, memory, spec }: StrategyContext) {
  const lossesOf = async (step: StepRunner, rows: LabelledRows): Promise<Float64Array> => {
    if (rows.rows === 0) return new Float64Array(0);
    const logits = await step.logits(rows.features, rows.rows);
    return rowLosses(logits, rows, step.outputWidth, !hasClasses(spec.task));
  };
  return async (probe: LabelledRows, heldBackOld: Uint32Array) => {
    const fresh = await lossesOf(runner, probe);
    const remembered = await lossesOf(runner, memory.rows);
    const old = Float64Array.from(heldBackOld, (row) => remembered[row]!);
    return { loss: mean(fresh) + mean(old), remembered };
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** Draws rows from arms in proportion to their probabilities; notes how many each gave. */
function drawByArms(samples: SampleArms, bandit: Exp3, count: number, used: Float64Array): number[] {
  const drawn: number[] = [];
  const chances = bandit.probabilities();
  for (let arm = 0; arm < samples.count; arm++) {
    const rows = samples.draw(arm, Math.round(chances[arm]! * count));
    used[arm]! += rows.length;
    for (const row of rows) drawn.push(row);
  }
  return drawn.slice(0, count);
}
