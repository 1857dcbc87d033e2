import { hasClasses, type LabelledRows, sliceRows } from '@driftloop/spec';
import { labelUnit } from '../data/statistics.ts';
import { MOST_PER_ROW, scoreAnswers } from '../gate/scores.ts';
import { predict } from '../predict.ts';
import { DEFAULT_RECIPE } from '../train/recipe.ts';
import { type TrainOptions, type TrainResult, train } from '../train/train.ts';
import type { Design } from './designs.ts';

/** Rows that a fit visits at most, all epochs together: a minute or two on one core. */
const MOST_VISITS = 8_000_000;

/** What every attempt of one run has in common. */
export type AttemptOptions = Omit<TrainOptions, 'model' | 'recipe' | 'budget'>;

/** A fit, judged on rows that it has not learnt from. */
export interface Attempt {
  readonly trained: TrainResult;
  readonly judged: { readonly rows: LabelledRows; readonly outputs: Float32Array };
  /** Loss of each judged row; of classes in nats, of values in variances of the labels. */
  readonly losses: Float64Array;
}

/** Fits the rows before a cut and judges the fit on those behind it. */
export async function attempt(
  options: AttemptOptions,
  design: Design,
  halfLifeRows: number,
  cut: number,
): Promise<Attempt> {
  const { data, engine, spec } = options;
  const trained = await fit({ ...options, data: sliceRows(data, 0, cut) }, design, halfLifeRows);
  const rows = sliceRows(data, cut);
  const { outputs } = await predict(engine, trained.model, rows.features, rows.width);
  const unit = hasClasses(spec.task) ? 1 : labelUnit(data);
  const losses = scoreAnswers(outputs, rows, spec.task).rowLosses.map((loss) =>
    // An answer that is no number is the worst there is.
    Number.isNaN(loss) ? MOST_PER_ROW : Math.min(loss / unit, MOST_PER_ROW),
  );
  return { trained, judged: { rows, outputs }, losses };
}

/** Fits all rows. @param halfLifeRows rows after which a row counts half; 0 for all equal */
export function fit(
  options: AttemptOptions,
  { model, recipe }: Design,
  halfLifeRows: number,
): Promise<TrainResult> {
  const epochs = Math.min(
    recipe.epochs ?? DEFAULT_RECIPE.epochs,
    Math.max(1, MOST_VISITS / options.data.rows),
  );
  return train({
    ...options,
    model,
    recipe: { ...recipe, epochs, halfLifeRows },
    budget: { maxSeconds: Number.POSITIVE_INFINITY, maxSteps: Number.MAX_SAFE_INTEGER },
  });
}
