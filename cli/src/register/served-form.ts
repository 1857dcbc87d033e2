import { type Engine, type ImportedModel, importModel, keepModel } from '@driftloop/autodiff';
import { DriftloopError, ERRORS } from '@driftloop/errors';
import { describeModel, parseModel } from '@driftloop/onnx';
import { mayBeOutput } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { type ServingTrial, tryServing } from './serving-trial.ts';

/** A given file in the form that is stored, served and, where that is possible, trained. */
export interface ServedForm extends ImportedModel, ServingTrial {}

/**
 * How far answers of two forms of one model may differ: what doubles lose as floats, and rounding
 * on the way.
 */
const TOLERANCE = 1e-3;

/**
 * Finds the form in which a file is served. The one that can be trained comes first: written anew
 * by {@link importModel}. Where that cannot be done, does not run or answers otherwise, the file is
 * taken as it is: what ONNX Runtime runs is served.
 *
 * @throws DriftloopError MODEL_INVALID when the file runs in neither form, or does not fit the spec
 */
export async function servedForm(
  engine: Engine,
  file: Uint8Array,
  spec: ModelSpec,
  data: LabelledRows,
  options: { readonly freezeUnsupported: boolean },
): Promise<ServedForm> {
  parseModel(file);
  const classifier = spec.task !== 'regression';
  const refusals: DriftloopError[] = [];
  for (const output of outputsOf(file, spec)) {
    const anew = await attempt(async () => {
      const imported = importModel(file, { ...options, classifier, ...(output ? { output } : {}) });
      return { ...imported, ...(await tryServing(engine, imported.model, spec, data)) };
    });
    if ('form' in anew && anew.form.changes.length === 0) return anew.form;
    const kept = await attempt(async () => {
      const asItIs = output ? keepModel(file, { output, classifier }) : { model: file, changes: [] };
      return { ...asItIs, ...(await tryServing(engine, asItIs.model, spec, data)) };
    });
    if ('form' in anew && (!('form' in kept) || answerAlike(anew.form, kept.form))) return anew.form;
    if ('form' in kept) {
      const why = 'form' in anew ? 'written anew it would answer otherwise' : anew.refusal.message;
      return { ...kept.form, changes: [...kept.form.changes, `left as it is: ${why}`] };
    }
    refusals.push(reasonOf((anew as Refused).refusal, kept.refusal));
  }
  throw refusals[0] ?? new DriftloopError('MODEL_INVALID', 'the ONNX file has no output');
}

/**
 * Outputs that may be the spec's, the likeliest first; undefined leaves the choice to the import,
 * which knows dictionaries and doubles.
 */
function outputsOf(file: Uint8Array, spec: ModelSpec): (string | undefined)[] {
  const fitting = describeModel(file).outputs.filter((output) => mayBeOutput(output, spec));
  return fitting.length > 0 ? fitting.map(({ name }) => name) : [undefined];
}

type Refused = { readonly refusal: DriftloopError };

async function attempt(make: () => Promise<ServedForm>): Promise<{ readonly form: ServedForm } | Refused> {
  try {
    return { form: await make() };
  } catch (error) {
    if (!(error instanceof DriftloopError) || !ERRORS[error.code].refusesFile) throw error;
    return { refusal: error };
  }
}

function answerAlike({ answers: a }: ServedForm, { answers: b }: ServedForm): boolean {
  return (
    a.length === b.length &&
    // NaN is like NaN.
    a.every(
      (value, i) => Object.is(value, b[i]) || Math.abs(value - b[i]!) <= TOLERANCE * (1 + Math.abs(value)),
    )
  );
}

/**
 * One reason of two: that the file does not run as it is, and, where it is another, why it cannot
 * be written anew.
 */
function reasonOf(anew: DriftloopError, kept: DriftloopError): DriftloopError {
  const complaint = ({ message }: DriftloopError) => message.split(':')[0];
  if (complaint(anew) === complaint(kept)) return anew;
  return new DriftloopError(
    'MODEL_INVALID',
    `${kept.message.replace(/\.$/, '')}. Written anew: ${anew.message}`,
    { cause: anew },
  );
}
