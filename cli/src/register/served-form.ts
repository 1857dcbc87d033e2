import { type Engine, type ImportedModel, importModel, keepModel } from '@driftloop/autodiff';
import { DriftloopError, ERRORS } from '@driftloop/errors';
import { answersOf, type ModelProto, parseModel, serializeModel, takeRows } from '@driftloop/onnx';
import type { ModelSpec } from '@driftloop/schemas';
import { hasClasses, type LabelledRows, outputsOf, outputWidthsOf } from '@driftloop/spec';
import { type ServingTrial, tryServing } from './serving-trial.ts';

/** A given file in the form that is stored, served and, where that is possible, trained. */
export interface ServedForm extends ImportedModel, ServingTrial {}

/**
 * How far answers of two forms of one model may differ: what doubles lose as floats, and rounding
 * on the way.
 */
const TOLERANCE = 1e-3;

/**
 * Finds the form in which a file is served: one float32 input with rows in the spec's order, one
 * output with the answers that the spec wants, whatever inputs and outputs the file has
 * ({@link takeRows}, {@link answersOf}). The form that can be trained comes first: written anew by
 * {@link importModel}. Where that cannot be done, does not run or answers otherwise, the file is
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
  const classifier = hasClasses(spec.task);
  const refusals: DriftloopError[] = [];
  for (const { given, output, changes, classes } of formsOf(file, spec)) {
    const wishes = { classifier, ...(output ? { output } : {}) };
    const complete = (form: ImportedModel & ServingTrial): ServedForm => ({
      ...form,
      changes: [...changes, ...form.changes],
      ...(classes && { classes }),
    });
    const anew = await attempt(async () => {
      const imported = importModel(given, { ...options, ...wishes });
      return complete({ ...imported, ...(await tryServing(engine, imported.model, spec, data)) });
    });
    if ('form' in anew && anew.form.changes.length === changes.length) return anew.form;
    const kept = await attempt(async () => {
      const asItIs = output ? keepModel(given, { output, classifier }) : { model: given, changes: [] };
      return complete({ ...asItIs, ...(await tryServing(engine, asItIs.model, spec, data)) });
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

/** A file that takes rows, and which of its outputs may be the spec's answers. */
interface GivenForm {
  readonly given: Uint8Array;
  /** Undefined leaves the choice to the import, which says what is wrong with them. */
  readonly output?: string;
  readonly changes: readonly string[];
  readonly classes?: ImportedModel['classes'];
}

/** Forms of a file, the likeliest first. */
function formsOf(file: Uint8Array, spec: ModelSpec): GivenForm[] {
  const parsed = parseModel(file);
  const bytesOf = (model: ModelProto) => (model === parsed ? file : serializeModel(model));
  const { model, changes } = takeRows(parsed, spec.features);
  const wanted = {
    widths: outputWidthsOf(spec),
    classes: spec.classes,
    classNames: spec.classNames,
    outputs: { names: outputsOf(spec).map(({ name }) => name), areLabels: spec.task === 'multilabel' },
  };
  const forms = answersOf(model, wanted).map(({ model, changes: more, ...form }) => ({
    ...form,
    given: bytesOf(model),
    changes: [...changes, ...more],
  }));
  return forms.length > 0 ? forms : [{ given: bytesOf(model), changes }];
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
