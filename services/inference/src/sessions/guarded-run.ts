import type { Refusal } from '@driftloop/errors';
import { type Ending, ProcessEnded } from './ending.ts';
import { createEndingBudget, type EndingBudget, RESTART_MS } from './ending-budget.ts';
import type { LoadedModel, RefusedRow, RunResult } from './protocol.ts';

/** What a guarded run works with. */
export interface GuardedParts extends LoadedModel {
  /** Features per row. */
  readonly width: number;
  /** One call of ONNX Runtime. Rejects with ProcessEnded when it has cost the process its life. */
  call(features: Float32Array<ArrayBuffer>, rows: number, texts?: readonly string[]): Promise<RunResult>;
  /** A call of so many rows has ended the process. */
  onEnded(ending: Ending, rows: number): void;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  readonly budget?: EndingBudget;
}

/** Free texts of all rows, which share them. */
type Texts = readonly string[] | undefined;

/**
 * Makes the run of a version that loses only the rows whose fault it is: when a call ends its
 * process, its rows are run one by one on the next one, and what ends that, too, has no answer.
 * Rows are given up untried while the version has no time left for this (`EndingBudget`).
 */
export function createGuardedRun(
  parts: GuardedParts,
): (features: Float32Array<ArrayBuffer>, rows: number, texts?: readonly string[]) => Promise<RunResult> {
  const { width, outputWidth, now, call } = parts;
  const budget = parts.budget ?? createEndingBudget();
  let { rowsPerCall } = parts;

  const isHeld = () => budget.heldForMs(now()) > 0;
  const held = (rows: number): RunResult => {
    const seconds = Math.ceil(budget.heldForMs(now()) / 1000);
    const reason = `it has ended its process again and again and is held back for ${seconds} s`;
    return unanswered(rows, outputWidth, { code: 'PREDICTION_HELD', reason });
  };
  /** @returns the ending where there is one */
  const attempt = async (
    features: Float32Array<ArrayBuffer>,
    rows: number,
    texts: Texts,
  ): Promise<RunResult | Ending> => {
    try {
      return await call(features, rows, texts);
    } catch (error) {
      if (!(error instanceof ProcessEnded)) throw error;
      budget.spend(error.inHandMs + RESTART_MS, now());
      parts.onEnded(error.ending, rows);
      return error.ending;
    }
  };

  const runEach = async (features: Float32Array<ArrayBuffer>, rows: number, texts: Texts, ending: Ending) => {
    const results: RunResult[] = [];
    let guilty = 0;
    for (let row = 0; row < rows; row++) {
      if (isHeld()) {
        results.push(held(rows - row));
        break;
      }
      const result = await attempt(features.subarray(row * width, (row + 1) * width), 1, texts);
      if ('outputs' in result) {
        results.push(result);
        continue;
      }
      guilty++;
      results.push(unanswered(1, outputWidth, result));
    }
    // Together they took too much, and none of them alone.
    if (guilty === 0 && ending.code !== 'RUNTIME_CRASHED') rowsPerCall = Math.max(1, rows >> 3);
    return joined(results, outputWidth);
  };

  const runPiece = async (
    features: Float32Array<ArrayBuffer>,
    rows: number,
    texts: Texts,
  ): Promise<RunResult> => {
    if (isHeld()) return held(rows);
    const result = await attempt(features, rows, texts);
    if ('outputs' in result) return result;
    // A process may be killed from outside, too: what has ended it once may be innocent, even
    // alone.
    const isProven = rows === 1 && result.code !== 'RUNTIME_CRASHED';
    return isProven ? unanswered(1, outputWidth, result) : runEach(features, rows, texts, result);
  };

  return async (features, rows, texts) => {
    if (rows <= rowsPerCall) return runPiece(features, rows, texts);
    const results: RunResult[] = [];
    for (let from = 0; from < rows; ) {
      const to = Math.min(rows, from + rowsPerCall);
      results.push(await runPiece(features.subarray(from * width, to * width), to - from, texts));
      from = to;
    }
    return joined(results, outputWidth);
  };
}

function unanswered(rows: number, outputWidth: number, why: Refusal): RunResult {
  return {
    outputs: new Float32Array(rows * outputWidth),
    outputWidth,
    predicted: new Float32Array(rows),
    failures: Array.from({ length: rows }, (_, row) => ({ row, code: why.code, reason: why.reason })),
    runMs: 0,
  };
}

/** Results of rows that follow each other, as one. Pure. */
function joined(results: readonly RunResult[], outputWidth: number): RunResult {
  const rows = results.reduce((sum, { predicted }) => sum + predicted.length, 0);
  const outputs = new Float32Array(rows * outputWidth);
  const predicted = new Float32Array(rows);
  const failures: RefusedRow[] = [];
  let from = 0;
  let runMs = 0;
  for (const result of results) {
    outputs.set(result.outputs, from * outputWidth);
    predicted.set(result.predicted, from);
    for (const failure of result.failures) failures.push({ ...failure, row: from + failure.row });
    runMs += result.runMs;
    from += result.predicted.length;
  }
  return { outputs, outputWidth, predicted, failures, runMs };
}
