import { DriftloopError } from '@driftloop/errors';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { predictedOf } from './predicted.ts';
import type { RunResult, SessionModel, SessionSettings } from './protocol.ts';

/** One loaded version. Everything here keeps the calling thread busy. */
export interface Session {
  /** @param features row-major, rows × width */
  run(features: Float32Array, rows: number): Promise<RunResult>;
  release(): Promise<void>;
}

/**
 * Loads a version and warms it up: with one row, which shows what it answers, and with as many as a call may have, which
 * makes ONNX Runtime allocate its memory.
 *
 * @throws DriftloopError MODEL_INVALID
 */
export async function createSession(model: SessionModel, settings: SessionSettings): Promise<Session> {
  const session = await createOrtSession(model, settings);
  try {
    const outputWidth = await warmUp(session, model, settings.runRows);
    return {
      run: (features, rows) => runInPieces(session, model, outputWidth, features, rows, settings.runRows),
      release: () => session.release(),
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

async function createOrtSession(model: SessionModel, settings: SessionSettings): Promise<InferenceSession> {
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(model.onnx, {
      intraOpNumThreads: settings.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // What goes wrong is thrown, and reported once; ONNX Runtime would also print it for every piece.
      logSeverityLevel: 4,
      // Threads that spin while they wait take the CPU from Kafka's thread.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (cause) {
    throw invalid(`ONNX Runtime cannot load it: ${messageOf(cause)}`, cause);
  }
  if (session.inputNames.includes(model.input) && session.outputNames.includes(model.output)) return session;
  const found = `${session.inputNames.join(', ')} → ${session.outputNames.join(', ')}`;
  await session.release();
  throw invalid(`it has ${found}, but its manifest says ${model.input} → ${model.output}`);
}

async function warmUp(session: InferenceSession, model: SessionModel, most: number): Promise<number> {
  let width = 0;
  for (const rows of new Set([1, most])) {
    let output: Float32Array;
    try {
      output = await runOnce(session, model, new Float32Array(rows * model.width), rows);
    } catch (cause) {
      throw invalid(
        `it cannot be run on ${rows} rows of ${model.width} features: ${messageOf(cause)}`,
        cause,
      );
    }
    width = output.length / rows;
    if (!model.outputWidths.includes(width))
      throw invalid(
        `it answers ${output.length} numbers to ${rows} rows, must be ${model.outputWidths.join(' or ')} each`,
      );
  }
  return width;
}

async function runOnce(
  session: InferenceSession,
  model: SessionModel,
  features: Float32Array,
  rows: number,
): Promise<Float32Array> {
  const feeds = { [model.input]: new Tensor('float32', features, [rows, model.width]) };
  const { [model.output]: tensor } = await session.run(feeds, [model.output]);
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new Error(`output ${model.output} is ${tensor?.type ?? 'missing'}, must be float32`);
}

async function runInPieces(
  session: InferenceSession,
  model: SessionModel,
  outputWidth: number,
  features: Float32Array,
  rows: number,
  most: number,
): Promise<RunResult> {
  const start = performance.now();
  const outputs = new Float32Array(rows * outputWidth);
  const failures: { row: number; reason: string }[] = [];

  /** A row that the model cannot take must not cost the others their answer, so a failed piece is halved. */
  const runPiece = async (from: number, to: number): Promise<void> => {
    try {
      const piece = features.subarray(from * model.width, to * model.width);
      outputs.set(await runOnce(session, model, piece, to - from), from * outputWidth);
    } catch (error) {
      if (to - from === 1) {
        failures.push({ row: from, reason: messageOf(error) });
        return;
      }
      const middle = (from + to) >> 1;
      await runPiece(from, middle);
      await runPiece(middle, to);
    }
  };
  for (let from = 0; from < rows; from += most) await runPiece(from, Math.min(from + most, rows));
  const runMs = performance.now() - start;

  const failed = new Set(failures.map(({ row }) => row));
  for (let index = 0; index < outputs.length; index++) {
    const value = outputs[index] ?? 0;
    // Only NaN and the infinities differ from 0 after this.
    if (value - value === 0) continue;
    const row = Math.floor(index / outputWidth);
    if (failed.has(row)) continue;
    failed.add(row);
    failures.push({ row, reason: `the model answered ${value}` });
  }
  failures.sort((a, b) => a.row - b.row);
  return {
    outputs,
    outputWidth,
    predicted: predictedOf(outputs, rows, outputWidth, model.task),
    failures,
    runMs,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function invalid(problem: string, cause?: unknown): DriftloopError {
  return new DriftloopError('MODEL_INVALID', `The model cannot be served: ${problem}.`, { cause });
}
