import type { Engine } from '@driftloop/continual';
import { describeModel } from '@driftloop/onnx';
import type { ModelInterface } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { checkWidth, describeVersion, type FirstVersion } from './first-version.ts';
import { servedForm } from './served-form.ts';
import { type TrainingTrial, tryTraining } from './training-trial.ts';

/** A given ONNX file that can be registered, and all that is known of it. */
export interface Admitted extends Pick<FirstVersion, 'onnx' | 'profile' | 'metrics'> {
  readonly producer: string;
  /** What was changed, and what to know of it, for people. */
  readonly changes: readonly string[];
  /** Classes that the file names, by output. */
  readonly classes?: readonly (string | number)[];
  readonly operators: Readonly<Record<string, number>>;
  /** What is fed and read. */
  readonly tensors: ModelInterface;
  readonly training: TrainingTrial;
}

/** One row more or less in a run changes what the largest value is. */
const SCALED_TOGETHER =
  'it is quantised as it runs, by the largest values of all rows of a run: an answer differs a little with the rows beside it (QDQ has fixed scales)';

/**
 * Decides whether a file can be registered: the one answer that `register` and its dry run give.
 * The file is brought into the form that is served, is loaded and run on rows as serving does,
 * measured on the newest rows, and tried to be trained. A file that cannot be trained is admitted,
 * and says why.
 *
 * @throws DriftloopError MODEL_INVALID when the file cannot be served, DATA_INVALID when the rows
 *   do not fit, both saying why and what to do
 */
export async function admitModel(
  engine: Engine,
  options: {
    readonly file: Uint8Array;
    readonly spec: ModelSpec;
    readonly data: LabelledRows;
    readonly freezeUnsupported: boolean;
  },
): Promise<Admitted> {
  const { file, spec, data } = options;
  checkWidth(spec, data);
  const { model: onnx, changes, classes, tensors } = await servedForm(engine, file, spec, data, options);
  const described = await describeVersion(engine, { spec, onnx, data });
  const { operators } = describeModel(onnx);
  return {
    onnx,
    ...described,
    producer: describeModel(file).producer,
    operators,
    changes: 'DynamicQuantizeLinear' in operators ? [...changes, SCALED_TOGETHER] : changes,
    ...(classes ? { classes } : {}),
    tensors,
    training: await tryTraining(engine, onnx, spec, data),
  };
}
