import { firstStrategy } from '@driftloop/continual';
import { DriftloopError } from '@driftloop/errors';
import type { ModelSpec } from '@driftloop/schemas';
import { hasClasses } from '@driftloop/spec';
import { checkStudy } from '@driftloop/studies';

/** What studies that hold strategies against each other are called. */
export const BOUT = 'strategies';

/** What a bout is asked with. */
export interface BoutAsked {
  /** Names of strategies, or of the trainer's own choice among them. */
  readonly strategies: readonly string[];
  /** Event time, epoch ms; from is inclusive. @default from the first request on */
  readonly from?: number | undefined;
  readonly to: number;
  /** Time of the log that a training run takes, ms. */
  readonly trainingMs: number;
}

/**
 * A bout of strategies on a model's own stream: a study whose runs are the whole loop over the same
 * slice and differ in nothing but `retrain.strategy`. Pure; the same is the same study.
 *
 * @returns the study, to be planned
 * @throws DriftloopError STRATEGY_UNKNOWN, REQUEST_INVALID where the slice is empty
 */
export function boutOf({ model, task }: ModelSpec, { strategies, from, to, trainingMs }: BoutAsked) {
  for (const name of strategies) firstStrategy(name);
  if (from !== undefined && from >= to)
    throw new DriftloopError(
      'REQUEST_INVALID',
      `The slice from ${from} to ${to} is empty: from is before to.`,
    );
  return checkStudy(
    {
      study: BOUT,
      design: { kind: 'grid' },
      parameters: { 'retrain.strategy': [...strategies] },
      backtest: { model, ...(from === undefined ? {} : { from }), to, train: true, trainingMs },
      // A score is a share of right answers, or an error where there are no classes.
      objectives: [
        { of: 'score', wanted: hasClasses(task) ? 'high' : 'low' },
        { of: 'steps', wanted: 'low' },
      ],
    },
    `a bout of ${strategies.join(', ')}`,
  );
}
