import {
  type Engine,
  type EngineSession,
  type EngineTensor,
  findHead,
  float32,
  type TextTensor,
} from '@driftloop/autodiff';
import { DriftloopError } from '@driftloop/errors';
import { parseModel } from '@driftloop/onnx';
import { type TextColumns, textsOfRows } from '@driftloop/spec';

/** Rows per run: bounds memory, and is far past the point where larger batches are faster. */
const CHUNK = 4096;

/** What a model answers: class probabilities or values, rows × outputWidth. */
export interface Answers {
  readonly outputs: Float32Array;
  readonly outputWidth: number;
}

/**
 * Runs a model over rows of `width` features. The model has one input [batch, width], and one
 * [batch, texts] where its spec has free texts; of its outputs the one that is trained is taken.
 *
 * @throws DriftloopError MODEL_INVALID when the file cannot be run or has no such output
 */
export async function predict(
  engine: Engine,
  model: Uint8Array,
  features: Float32Array,
  width: number,
  texts?: TextColumns,
): Promise<Answers> {
  const session = await engine.load(model);
  try {
    return await answer(session, features, width, findHead(parseModel(model)).output, texts);
  } finally {
    await session.release();
  }
}

/** The same with a loaded model and the name of its output. */
export async function answer(
  session: EngineSession,
  features: Float32Array,
  width: number,
  output: string,
  texts?: TextColumns,
): Promise<Answers> {
  const [input, textInput] = session.inputs;
  if (input === undefined) {
    throw new DriftloopError(
      'MODEL_INVALID',
      'The model has no input: export it with one [batch, features].',
    );
  }
  const rows = features.length / width;
  const parts: Float32Array[] = [];
  for (let row = 0; row < rows; row += CHUNK) {
    const chunk = features.subarray(row * width, Math.min(rows, row + CHUNK) * width);
    const count = chunk.length / width;
    const feeds: Record<string, EngineTensor | TextTensor> = { [input]: float32(chunk, [count, width]) };
    if (textInput !== undefined && texts !== undefined) {
      const data = textsOfRows(texts, chunk, width);
      feeds[textInput] = { type: 'string', dims: [count, texts.slots.length], data };
    }
    const tensor = (await session.run(feeds, { fetches: [output] }))[output];
    if (tensor?.type !== 'float32') {
      throw new DriftloopError(
        'MODEL_INVALID',
        `Output '${output}' is not float32: export the model with one float output.`,
      );
    }
    parts.push(tensor.data);
  }
  const outputs = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    outputs.set(part, at);
    at += part.length;
  }
  return { outputs, outputWidth: rows === 0 ? 0 : outputs.length / rows };
}
