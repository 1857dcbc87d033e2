import {
  type Engine,
  type EngineSession,
  type EngineTensor,
  float32,
  type TextTensor,
} from '@driftloop/autodiff';
import { DriftloopError } from '@driftloop/errors';
import { parseModel, requireOneFile } from '@driftloop/onnx';
import { type ModelInterface, modelInterfaceOf } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import {
  hasClasses,
  type LabelledRows,
  outputWidthsOf,
  rowWidthOf,
  type TextColumns,
  textColumnsOf,
  textsOfRows,
} from '@driftloop/spec';

/** What serving would do with a file, as far as it can be seen beforehand. */
export interface ServingTrial {
  readonly tensors: ModelInterface;
  /** Answers to the first rows, one after the other. */
  readonly answers: Float32Array;
}

/** Most rows that are run at once. */
const ROWS = 256;
/** How far outside 0 to 1 a probability may lie by rounding. */
const ROUNDING = 1e-3;

/**
 * Loads a file and runs it as serving does: one row of zeros, many rows of zeros, then the first
 * rows of the data.
 *
 * @throws DriftloopError MODEL_INVALID where serving would refuse the file, saying why and what to
 *   do
 */
export async function tryServing(
  engine: Engine,
  onnx: Uint8Array,
  spec: ModelSpec,
  data: LabelledRows,
): Promise<ServingTrial> {
  const tensors = await modelInterfaceOf(onnx, spec);
  requireOneFile(parseModel(onnx));
  const session = await load(engine, onnx);
  try {
    const texts = textColumnsOf(spec.features, data.texts);
    const run = (what: string, features: Float32Array) =>
      answersTo(session, tensors, spec, what, features, texts);
    const width = rowWidthOf(spec);
    await run('a row of zeros, as serving runs it to warm up', new Float32Array(width));
    await run(`${ROWS} rows at once`, new Float32Array(ROWS * width));
    const rows = Math.min(ROWS, data.rows);
    const answers = await run(`the first ${rows} rows of the data`, data.features.subarray(0, rows * width));
    if (hasClasses(spec.task) || spec.task === 'multilabel') checkProbabilities(answers);
    return { tensors, answers };
  } finally {
    await session.release();
  }
}

async function load(engine: Engine, onnx: Uint8Array): Promise<EngineSession> {
  try {
    return await engine.load(onnx);
  } catch (error) {
    if (!(error instanceof DriftloopError) || error.code !== 'MODEL_INVALID') throw error;
    throw invalid(`${error.message}. Export it with operators and an opset that ${engine.name} has`, error);
  }
}

async function answersTo(
  session: EngineSession,
  { input, texts: textInput, output }: ModelInterface,
  spec: ModelSpec,
  what: string,
  features: Float32Array,
  texts: TextColumns | undefined,
): Promise<Float32Array> {
  const width = rowWidthOf(spec);
  const rows = features.length / width;
  const feeds: Record<string, EngineTensor | TextTensor> = { [input.name]: float32(features, [rows, width]) };
  if (textInput && texts) {
    const data = textsOfRows(texts, features, width);
    feeds[textInput.name] = { type: 'string', dims: [rows, texts.slots.length], data };
  }
  let answer: EngineTensor | undefined;
  try {
    answer = (await session.run(feeds, { fetches: [output.name] }))[output.name];
  } catch (error) {
    if (!(error instanceof DriftloopError) || error.retriable) throw error;
    throw invalid(
      `the model cannot be run on ${what} (${width} features each): ${error.message}. Export it with an open number of rows, for any features of the spec`,
      error,
    );
  }
  if (answer?.type !== 'float32')
    throw invalid(
      `output ${output.name} is ${answer?.type ?? 'missing'}, must be float32. Export it as floats`,
    );
  const widths = outputWidthsOf(spec);
  if (widths.some((allowed) => answer.data.length === allowed * rows)) return answer.data;
  throw invalid(
    `the model answers ${answer.data.length} numbers to ${what}, must be ${widths.join(' or ')} for each row. Export it with one answer per row, for the task and classes of the spec`,
  );
}

function checkProbabilities(answers: Float32Array): void {
  const at = answers.findIndex((value) => value < -ROUNDING || value > 1 + ROUNDING);
  if (at < 0) return;
  throw invalid(
    `the model answers ${answers[at]}, which is no probability. Let the graph end in a Softmax or Sigmoid, or convert the model with probabilities`,
  );
}

function invalid(message: string, cause?: unknown): DriftloopError {
  return new DriftloopError('MODEL_INVALID', message, { cause });
}
