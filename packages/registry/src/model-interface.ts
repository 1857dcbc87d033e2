import { DriftloopError, listed } from '@driftloop/errors';
import type { ValueDescription } from '@driftloop/onnx';
import type { ModelSpec } from '@driftloop/schemas';
import { incumbentWidthOf, outputWidthsOf, rowWidthOf, slotsOf } from '@driftloop/spec';
import type { TensorShape } from './store/manifest.ts';

/** The tensors that serving feeds and reads. */
export interface ModelInterface {
  readonly input: TensorShape;
  /** Free texts, [rows, features of text]. Absent where the spec has none. */
  readonly texts?: TensorShape;
  readonly output: TensorShape;
}

/**
 * Finds the inputs and the output of an ONNX file that fit a spec.
 *
 * The input is float32 rows × features; where the spec has free text a second one has the texts.
 * The output is the first float32 tensor of rows × width, where width is the number of classes (1
 * also does for a binary task: the probability of class 1) or 1 for a regression; so the labels
 * that converters of scikit-learn put first are passed over.
 *
 * @throws DriftloopError MODEL_INVALID saying what the file has and what it should have
 */
export async function modelInterfaceOf(onnx: Uint8Array, spec: ModelSpec): Promise<ModelInterface> {
  // Loaded for a file that is registered: every service has the registry, and few of them a file.
  const { describeModel } = await import('@driftloop/onnx');
  const { inputs, outputs } = describeModel(onnx);
  const width = rowWidthOf(spec);
  const { texts: free } = slotsOf(spec.features);
  const isText = (candidate: ValueDescription) =>
    candidate.type === 'string' && fits(candidate, [free.length]);
  const [input, ...others] = inputs;
  const [texts, ...more] = others;
  const isOne = free.length === 0 ? !texts : texts !== undefined && isText(texts) && more.length === 0;
  if (!input || !isOne || input.type !== 'float32' || !fits(input, [width]))
    throw invalid(
      spec,
      `one float32 input [rows, ${width}]${free.length > 0 ? ` and one of texts [rows, ${free.length}], made from inputs of text for ${listed(free.map((feature) => spec.features[feature]?.name ?? ''))}` : ''}`,
      inputs,
    );
  const widths = outputWidthsOf(spec);
  const output = outputs.find((candidate) => candidate.type === 'float32' && fits(candidate, widths));
  if (!output) throw invalid(spec, `a float32 output [rows, ${widths.join(' or ')}]`, outputs);
  return {
    input: tensorShape(input),
    ...(texts ? { texts: tensorShape(texts) } : {}),
    output: tensorShape(output),
  };
}

/** What a version without a file takes and answers: what its spec says. */
export function incumbentInterfaceOf(spec: ModelSpec): ModelInterface {
  const free = slotsOf(spec.features).texts.length;
  return {
    input: { name: '', shape: ['rows', rowWidthOf(spec)] },
    ...(free > 0 ? { texts: { name: '', shape: ['rows', free] } } : {}),
    output: { name: '', shape: ['rows', incumbentWidthOf(spec)] },
  };
}

function fits({ dims }: ValueDescription, widths: readonly number[]): boolean {
  if (dims === undefined) return true;
  const [rows, width] = dims;
  // A fixed number of rows cannot take batches as they come; a vector of rows is a column.
  if (typeof rows === 'number') return false;
  if (dims.length === 1) return widths.includes(1);
  return dims.length === 2 && (typeof width === 'string' || (width !== undefined && widths.includes(width)));
}

function tensorShape({ name, dims }: ValueDescription): TensorShape {
  return { name, shape: dims ?? [] };
}

function invalid(spec: ModelSpec, expected: string, found: readonly ValueDescription[]): DriftloopError {
  const shown = found
    .map(({ name, type, dims }) => `${name}: ${type ?? 'undeclared'} [${dims?.join(', ') ?? '?'}]`)
    .join(', ');
  return new DriftloopError(
    'MODEL_INVALID',
    `The ONNX file does not fit the spec of model '${spec.model}': it needs ${expected} but has ${shown || 'none'}.`,
  );
}
