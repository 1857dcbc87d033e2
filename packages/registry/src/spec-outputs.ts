import { listed } from '@driftloop/errors';
import type { ModelSpec } from '@driftloop/schemas';
import type { Value } from './spec-checker.ts';

type Outputs = NonNullable<ModelSpec['outputs']>;

/** Outputs of one model: a spec is one record. */
const MOST_OUTPUTS = 1_000;
const NAME = /^[^\s\p{Cs}]([^\p{Cs}]{0,198}[^\s\p{Cs}])?$/su;
const MEANING = 'a text of 1 to 200 characters without spaces around';

/** Reads the outputs of a spec, of which there need not be any. */
export function outputsOf(root: Value): Outputs {
  return root.optionalObjects('outputs').map((output) => ({
    name: output.text('name', NAME, MEANING),
    target: output.optionalText('target', NAME, MEANING),
    quantile: output.optionalNumber('quantile', 0, 1),
  }));
}

/** Notes what is wrong with outputs, or with a task that needs or has none. */
export function checkOutputs({ task, outputs = [] }: ModelSpec, root: Value): void {
  if (outputs.length === 0) {
    if (task === 'multilabel')
      root.problem('outputs', 'must name the labels of a multilabel model: [{"name": "…"}, …]');
    return;
  }
  if (task !== 'regression' && task !== 'multilabel') {
    root.problem('outputs', `must be left out for a ${task} task`);
    return;
  }
  if (outputs.length > MOST_OUTPUTS)
    root.problem('outputs', `has ${outputs.length} outputs, must be at most ${MOST_OUTPUTS}`);
  if (outputs.length === 1 && (outputs[0]?.quantile ?? null) === null)
    root.problem(
      'outputs',
      task === 'multilabel'
        ? 'has one label, must have at least two: a model of one label is a binary one'
        : 'has one value, must have several: leave outputs out for one value',
    );
  const names = outputs.map(({ name }) => name);
  const twice = names.filter((name, i) => names.indexOf(name) < i);
  if (twice.length > 0) root.problem('outputs', `has a name twice: ${listed(twice)}`);
  outputs.forEach(({ target = '', quantile = null }, i) => {
    if (quantile !== null && !(quantile > 0 && quantile < 1))
      root.problem(`outputs[${i}].quantile`, `is ${quantile}, must be above 0 and below 1`);
    if (task !== 'multilabel') return;
    if (quantile !== null) root.problem(`outputs[${i}].quantile`, 'must be left out for a label');
    if (target !== '') root.problem(`outputs[${i}].target`, 'must be left out for a label');
  });
}
