import type { Engine } from '@driftloop/autodiff';
import type { ModelSpec } from '@driftloop/schemas';
import { hasClasses, type LabelledRows } from '@driftloop/spec';
import { percent } from '../gate/check.ts';
import { scoreAnswers } from '../gate/scores.ts';
import { predict } from '../predict.ts';
import type { FittingVersion } from './earlier-version.ts';
import type { EarlierVersion } from './options.ts';

/** Fewer rows say too little to overrule the gate. */
const MIN_ROWS = 200;

/** A candidate that has passed the gate, and those that it is to replace. */
export interface LastLookOptions {
  readonly engine: Engine;
  readonly spec: Pick<ModelSpec, 'task' | 'rollout'>;
  /** ONNX file of what is to go live. */
  readonly candidate: Uint8Array;
  readonly live: EarlierVersion;
  /** Versions that were live before; of them those count that the spec has answer in shadow. */
  readonly earlier: readonly EarlierVersion[];
  /** Rows younger than all that the candidate has learnt from, in order of event time. */
  readonly fresh: LabelledRows;
}

/**
 * The last look before a candidate goes live: on the rows whose labels came while it was trained.
 * None of the models has learnt from them, and they lie as far after the candidate's data as those
 * that it is going to answer; a gate on rows right after its data cannot see how soon a model for
 * the present is one for the past.
 *
 * @returns live version or version in shadow, whichever is best, if it is right more often
 *   (regression: has the higher R²) than the candidate; of equals the live one. Undefined when none
 *   is, or with fewer than 200 rows
 */
export async function lookAgain({
  engine,
  spec: { task, rollout },
  candidate,
  live,
  earlier,
  fresh,
}: LastLookOptions): Promise<FittingVersion | undefined> {
  if (fresh.rows < MIN_ROWS) return undefined;
  const rivals = [live, ...earlier.filter(({ version }) => rollout.shadowVersions.includes(version))];
  const accuracyOf = async (model: Uint8Array) => {
    const { outputs } = await predict(engine, model, fresh.features, fresh.width);
    return scoreAnswers(outputs, fresh, task).accuracy;
  };
  const own = await accuracyOf(candidate);
  let best = own;
  let winner: number | undefined;
  for (const { version, model } of rivals) {
    const accuracy = await accuracyOf(model);
    if (accuracy <= best) continue;
    best = accuracy;
    winner = version;
  }
  if (winner === undefined) return undefined;
  const [its, theirs] = hasClasses(task)
    ? [percent(own), percent(best)]
    : [`R² ${own.toFixed(3)}`, best.toFixed(3)];
  const reason = `on ${fresh.rows} rows whose labels came while it was trained it reaches ${its}, version ${winner} ${theirs}`;
  return { version: winner, reason };
}
