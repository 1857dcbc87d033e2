import { designsOf, emptyMemory, predict, train, trainFirst } from '@driftloop/continual';
import { mostProbable, sliceRows } from '@driftloop/spec';
import type { LoopOptions } from './loop-options.ts';

/** A policy that needs no loop. */
export interface Policy {
  readonly name: string;
  /** Rows between two fits; undefined for a model that is left as it is. */
  readonly everyRows?: number;
  /** The newest rows that a fit learns from. @default all */
  readonly newestRows?: number;
}

/** What a team would schedule itself. */
export const POLICIES: readonly Policy[] = [
  { name: 'frozen, all rows equal' },
  { name: 'refitted every 1,000 rows on the newest 5,000', everyRows: 1000, newestRows: 5000 },
  { name: 'refitted every 1,000 rows on all', everyRows: 1000 },
];

/**
 * Prequential accuracy of a policy with the first version's design, fitted anew each time with all
 * rows equal, live at once and without a gate. Its labels are as late as the loop's, its fits take
 * no rows.
 */
export async function runPolicy(
  { engine, spec, data, trainingRows, labelDelayRows, seed }: LoopOptions,
  { everyRows = Number.POSITIVE_INFINITY, newestRows = Number.POSITIVE_INFINITY }: Policy,
): Promise<number> {
  const common = { engine, spec, strategy: 'naive', seed, now: () => 0 };
  const designs = designsOf('mlp', spec, seed);
  const { metrics } = await trainFirst({ ...common, data: sliceRows(data, 0, trainingRows), designs });
  const { model, recipe } = designs[metrics.design ?? 0]!;
  let right = 0;
  for (let from = trainingRows; from < data.rows; ) {
    const known = from === trainingRows ? from : from - labelDelayRows;
    const fitted = await train({
      ...common,
      model,
      data: sliceRows(data, Math.max(0, known - newestRows), known),
      memory: emptyMemory(data.width),
      recipe: { ...recipe, halfLifeRows: 0 },
      budget: { maxSeconds: Number.POSITIVE_INFINITY, maxSteps: Number.MAX_SAFE_INTEGER },
    });
    const to = Math.min(data.rows, from + everyRows);
    const rows = sliceRows(data, from, to);
    const { outputs, outputWidth } = await predict(engine, fitted.model, rows.features, rows.width);
    for (let row = 0; row < rows.rows; row++)
      right += Number(mostProbable(outputs, row * outputWidth, outputWidth) === rows.labels[row]);
    from = to;
  }
  return right / (data.rows - trainingRows);
}
