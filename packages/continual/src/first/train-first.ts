import { checkTrainingRows } from '../data/check-rows.ts';
import { blockTest } from '../gate/paired-test.ts';
import { emptyMemory } from '../memory/replay-memory.ts';
import { firstStrategy, HALF_LIVES } from '../retrain/arms.ts';
import type { FitResult } from '../retrain/options.ts';
import type { TrainOptions } from '../train/train.ts';
import { type Attempt, type AttemptOptions, attempt, fit } from './attempt.ts';
import { chooseHalfLife } from './choose-half-life.ts';
import type { Design } from './designs.ts';

/** Share of the rows, the newest, that designs are judged on. */
const JUDGED_SHARE = 0.2;
/** Chance of a design with more to it where a simpler one is as good. */
const SIGNIFICANCE = 0.05;

/** What a first version is made from. */
export interface FirstOptions extends Omit<TrainOptions, 'model' | 'memory' | 'recipe' | 'budget'> {
  /** What to choose from, the simplest first; at least one. */
  readonly designs: readonly Design[];
}

/**
 * Makes a first version as its user would: designs are tried on all but the newest fifth and judged
 * on that, the past is discounted only where stretches of the data agree that it should be, and
 * what is chosen is fitted once more on all rows. No limit of a retrain applies; rows, designs and
 * seed decide.
 *
 * @throws DriftloopError as `train`
 */
export async function trainFirst({ designs, ...options }: FirstOptions): Promise<FitResult> {
  const { data, spec } = options;
  checkTrainingRows(data, spec);
  const cut = data.rows - Math.max(1, Math.floor(JUDGED_SHARE * data.rows));
  const common: AttemptOptions = {
    ...options,
    strategy: firstStrategy(options.strategy).name,
    memory: emptyMemory(data.width),
    onProgress: inParts(options, designs.length + HALF_LIVES.length + 2),
  };
  const tried: (Attempt & { readonly design: Design })[] = [];
  for (const design of designs) tried.push({ design, ...(await attempt(common, design, 0, cut)) });
  const best = tried.reduce((simpler, next) => (isBetter(next, simpler) ? next : simpler));
  const halfLifeRows = await chooseHalfLife(common, best.design);
  // What is told of a version's quality is of the recipe that it was made by.
  const { judged } = halfLifeRows === 0 ? best : await attempt(common, best.design, halfLifeRows, cut);
  const { model, memory, metrics } = await fit(common, best.design, halfLifeRows);
  const trialSteps = tried.reduce((sum, { trained }) => sum + (trained.metrics.steps ?? 0), 0);
  return {
    model,
    memory,
    judged,
    metrics: { ...metrics, halfLifeRows, design: tried.indexOf(best), trialSteps },
  };
}

/**
 * Whether one design does better than a simpler one, by more than the stretches of the rows differ.
 */
function isBetter(design: Attempt, simpler: Attempt): boolean {
  const lead = simpler.losses.map((loss, row) => loss - design.losses[row]!);
  return blockTest(lead).pAbove < SIGNIFICANCE;
}

/** Counts a fit as a part of all that may be made; those that are not made are the last. */
function inParts(
  { onProgress }: Pick<TrainOptions, 'onProgress'>,
  parts: number,
): NonNullable<TrainOptions['onProgress']> {
  let part = 0;
  let before = 0;
  return (report) => {
    if (report.step < before) part = Math.min(part + 1, parts - 1);
    before = report.step;
    onProgress?.({ ...report, step: part * report.steps + report.step, steps: parts * report.steps });
  };
}
