import { DriftloopError } from '@driftloop/errors';
import { predictedOf } from '@driftloop/spec';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { LoadedModel, ModelShape, RefusedRow, RunResult, SessionSettings } from './protocol.ts';
import type { Watch } from './watch.ts';

/** One loaded version. Everything here keeps the calling thread busy. */
export interface Session {
  readonly loaded: LoadedModel;
  /**
   * @param features row-major, rows × width; as many rows as one call may have
   * @param texts free texts, row by row; none where the model takes none
   */
  run(features: Float32Array, rows: number, texts: readonly string[]): Promise<RunResult>;
  release(): Promise<void>;
}

/**
 * CPU time that loading, and each call of the warm-up, may take: an artifact is no request, but it
 * must not hang either.
 */
const LOAD_CPU_MS = 60_000;
/**
 * A call of many rows is suspected at this share of what one row may take: whose fault it is, is
 * then found row by row.
 */
const SUSPECTED_SHARE = 1 / 4;
/** And it is made so short that it takes this share of that. */
const USUAL_SHARE = 1 / 4;

/**
 * Loads a version and warms it up: with one row, which shows what it answers and what a row costs,
 * and with as many as a call may have, which makes ONNX Runtime allocate its memory.
 *
 * @param baseBytes size of the process beyond which a call's memory is counted
 * @throws DriftloopError MODEL_INVALID
 */
export async function createSession(
  onnx: Uint8Array,
  shape: ModelShape,
  settings: SessionSettings,
  watch: Watch,
  baseBytes: () => number,
): Promise<Session> {
  const session = await createOrtSession(onnx, shape, settings, watch);
  try {
    const loaded = await warmUp(session, shape, settings, watch);
    const callOf = (features: Float32Array, rows: number, texts: readonly string[]) => {
      const cpuMs = rows > 1 ? settings.rowCpuMs * SUSPECTED_SHARE : settings.rowCpuMs;
      const begin = () => watch.begin(cpuMs, baseBytes() + settings.runMemoryBytes);
      return runOnce(session, shape, { features, texts }, rows, begin, watch.end);
    };
    return {
      loaded,
      run: (features, rows, texts) =>
        runHalving(callOf, shape, loaded.outputWidth, { features, texts }, rows),
      release: () => session.release(),
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

async function createOrtSession(
  onnx: Uint8Array,
  shape: ModelShape,
  settings: SessionSettings,
  watch: Watch,
): Promise<InferenceSession> {
  let session: InferenceSession;
  watch.begin(LOAD_CPU_MS, Number.POSITIVE_INFINITY);
  try {
    session = await InferenceSession.create(onnx, {
      intraOpNumThreads: settings.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // What goes wrong is thrown, and reported once; ONNX Runtime would also print it for every
      // piece.
      logSeverityLevel: 4,
      // Threads that spin while they wait take the CPU from Kafka's thread.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (cause) {
    throw invalid(`ONNX Runtime cannot load it: ${messageOf(cause)}`, cause);
  } finally {
    watch.end();
  }
  const isThere = [shape.input, ...(shape.texts ? [shape.texts.input] : [])].every((name) =>
    session.inputNames.includes(name),
  );
  if (isThere && session.outputNames.includes(shape.output)) return session;
  const found = `${session.inputNames.join(', ')} → ${session.outputNames.join(', ')}`;
  await session.release();
  throw invalid(`it has ${found}, but its manifest says ${shape.input} → ${shape.output}`);
}

async function warmUp(
  session: InferenceSession,
  shape: ModelShape,
  settings: SessionSettings,
  watch: Watch,
): Promise<LoadedModel> {
  let outputWidth = 0;
  /** @returns milliseconds of CPU time */
  const tryRows = async (rows: number): Promise<number> => {
    const before = process.cpuUsage();
    let output: Float32Array;
    try {
      const begin = () => watch.begin(LOAD_CPU_MS, Number.POSITIVE_INFINITY);
      const features = new Float32Array(rows * shape.width);
      const texts = new Array<string>(rows * (shape.texts?.slots.length ?? 0)).fill('');
      output = await runOnce(session, shape, { features, texts }, rows, begin, watch.end);
    } catch (cause) {
      throw invalid(
        `it cannot be run on ${rows} rows of ${shape.width} features: ${messageOf(cause)}`,
        cause,
      );
    }
    outputWidth = output.length / rows;
    if (!shape.outputWidths.includes(outputWidth))
      throw invalid(
        `it answers ${output.length} numbers to ${rows} rows, must be ${shape.outputWidths.join(' or ')} each`,
      );
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };

  // The first call also makes ready what all later ones use.
  await tryRows(1);
  const rowMs = await tryRows(1);
  if (rowMs > settings.rowCpuMs)
    throw invalid(
      `one row takes ${Math.round(rowMs)} ms of CPU time, more than INFERENCE_ROW_CPU_MS (${settings.rowCpuMs}) allows; raise it`,
    );
  const usualMs = settings.rowCpuMs * SUSPECTED_SHARE * USUAL_SHARE;
  let rows = settings.runRows;
  for (let from = 1; from < rows; from = Math.min(rows, from * 32)) {
    const tried = Math.min(rows, from * 32);
    const ms = await tryRows(tried);
    if (ms > usualMs) rows = Math.max(1, Math.floor((tried * usualMs) / ms));
  }
  return { outputWidth, rowsPerCall: rows };
}

/** Rows as a call has them. */
interface GivenRows {
  readonly features: Float32Array;
  readonly texts: readonly string[];
}

async function runOnce(
  session: InferenceSession,
  shape: ModelShape,
  { features, texts }: GivenRows,
  rows: number,
  begin: () => void,
  end: () => void,
): Promise<Float32Array> {
  const feeds: Record<string, Tensor> = {
    [shape.input]: new Tensor('float32', features, [rows, shape.width]),
  };
  if (shape.texts)
    feeds[shape.texts.input] = new Tensor('string', [...texts], [rows, shape.texts.slots.length]);
  begin();
  try {
    const { [shape.output]: tensor } = await session.run(feeds, [shape.output]);
    if (tensor?.data instanceof Float32Array) return tensor.data;
    throw new Error(`output ${shape.output} is ${tensor?.type ?? 'missing'}, must be float32`);
  } finally {
    end();
  }
}

async function runHalving(
  callOf: (features: Float32Array, rows: number, texts: readonly string[]) => Promise<Float32Array>,
  shape: ModelShape,
  outputWidth: number,
  { features, texts }: GivenRows,
  rows: number,
): Promise<RunResult> {
  const start = performance.now();
  const outputs = new Float32Array(rows * outputWidth);
  const failures: RefusedRow[] = [];

  /**
   * A row that the model cannot take must not cost the others their answer, so a failed piece is
   * halved.
   */
  const runPiece = async (from: number, to: number): Promise<void> => {
    try {
      const piece = features.subarray(from * shape.width, to * shape.width);
      const perRow = shape.texts?.slots.length ?? 0;
      const pieceTexts = perRow === 0 ? texts : texts.slice(from * perRow, to * perRow);
      outputs.set(await callOf(piece, to - from, pieceTexts), from * outputWidth);
    } catch (error) {
      if (to - from === 1) {
        failures.push({ row: from, code: 'PREDICTION_FAILED', reason: messageOf(error) });
        return;
      }
      const middle = (from + to) >> 1;
      await runPiece(from, middle);
      await runPiece(middle, to);
    }
  };
  await runPiece(0, rows);
  const runMs = performance.now() - start;

  const failed = new Set(failures.map(({ row }) => row));
  for (let index = 0; index < outputs.length; index++) {
    const value = outputs[index] ?? 0;
    // Only NaN and the infinities differ from 0 after this.
    if (value - value === 0) continue;
    const row = Math.floor(index / outputWidth);
    if (failed.has(row)) continue;
    failed.add(row);
    failures.push({ row, code: 'PREDICTION_FAILED', reason: `the model answered ${value}` });
  }
  failures.sort((a, b) => a.row - b.row);
  return {
    outputs,
    outputWidth,
    predicted: predictedOf(outputs, rows, outputWidth, shape.task),
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
