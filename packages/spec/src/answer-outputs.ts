import type { ModelSpec, ModelTask } from '@driftloop/schemas';

/**
 * What a number of an answer says of its target:
 * - `value`: the target's value itself
 * - `quantile`: the value that the target stays below with a given probability
 * - `label`: the probability that the label of its name applies
 * - `score`: a number that ranks; only its order says something
 */
export type OutputRole = 'value' | 'quantile' | 'label' | 'score';

/** One number of an answer that is no probability of a class. */
export interface AnswerOutput {
  readonly name: string;
  readonly role: OutputRole;
  /** Place of its target among {@link targetsOf}. */
  readonly target: number;
  /** Level of a quantile, above 0 and below 1; 0 for others. */
  readonly quantile: number;
}

/** What of a spec says how its answers look. */
export type AnswerSpec = Pick<ModelSpec, 'task' | 'outputs'>;

/** The target of a model that has one and gives it no name. */
const ONE_TARGET = '';
const PLAIN: Answers = { outputs: [], targets: [ONE_TARGET] };
const RANKING: Answers = {
  outputs: [{ name: 'score', role: 'score', target: 0, quantile: 0 }],
  targets: [ONE_TARGET],
};

interface Answers {
  readonly outputs: readonly AnswerOutput[];
  readonly targets: readonly string[];
}

/** Whether an answer names one of several classes, whose index is its label. */
export function hasClasses(task: ModelTask): boolean {
  return task === 'binary' || task === 'multiclass';
}

/**
 * The outputs of a model with their roles, in the order of its answers. None where an answer is
 * class probabilities or the one value of a regression: these are told by the task alone.
 */
export function outputsOf(spec: AnswerSpec): readonly AnswerOutput[] {
  return answersOf(spec).outputs;
}

/**
 * What labels tell the truth about, in the order of their values: one target without a name unless
 * the spec has several.
 */
export function targetsOf(spec: AnswerSpec): readonly string[] {
  return answersOf(spec).targets;
}

/**
 * How far one output lies from the truth of its target: squared error of a value, whether a label
 * is wrong (0 or 1), pinball loss of a quantile (Koenker and Bassett 1978). A score has no unit and
 * is compared by its squared difference to what it stands for. ClickHouse has the same, see
 * packages/warehouse/migrations/012-outputs.sql.
 *
 * @param truth compared as float32, as in training
 */
export function outputError(
  { role, quantile }: Pick<AnswerOutput, 'role' | 'quantile'>,
  answered: number,
  truth: number,
): number {
  const error = Math.fround(truth) - answered;
  switch (role) {
    case 'value':
    case 'score':
      return error * error;
    case 'label':
      return Number(answered >= 0.5 !== truth >= 0.5);
    case 'quantile':
      return error >= 0 ? quantile * error : (quantile - 1) * error;
  }
}

const KNOWN = new WeakMap<object, Answers>();

/** Asked for every row: lists of outputs are looked through once. */
function answersOf({ task, outputs }: AnswerSpec): Answers {
  if (task === 'ranking') return RANKING;
  if (outputs === undefined || outputs.length === 0) return PLAIN;
  const known = KNOWN.get(outputs);
  if (known) return known;
  const targets: string[] = [];
  const answers: Answers = {
    targets,
    outputs: outputs.map(({ name, target = '', quantile = null }) => {
      const about = target !== '' || quantile !== null ? target : name;
      if (!targets.includes(about)) targets.push(about);
      return {
        name,
        role: quantile !== null ? 'quantile' : task === 'multilabel' ? 'label' : 'value',
        target: targets.indexOf(about),
        quantile: quantile ?? 0,
      };
    }),
  };
  KNOWN.set(outputs, answers);
  return answers;
}
