import type { Refusal } from '@driftloop/errors';
import type { ModelTask } from '@driftloop/schemas';

/** What a session process needs to know of a version besides its file. */
export interface ModelShape {
  readonly task: ModelTask;
  /** Names of the tensors that are fed and read. */
  readonly input: string;
  readonly output: string;
  /** Name of the tensor of free texts, and which numbers of a row have places among them. */
  readonly texts?: { readonly input: string; readonly slots: readonly number[] } | undefined;
  /** Features per row. */
  readonly width: number;
  /** Numbers per answer that the task allows. */
  readonly outputWidths: readonly number[];
}

/** What is needed to load one version. */
export interface SessionModel extends ModelShape {
  /** For people: model and version. */
  readonly name: string;
  /** Kept as long as the version is loaded: a process that has ended is replaced. */
  readonly onnx: Uint8Array;
}

/** What loading a version has shown. */
export interface LoadedModel {
  readonly outputWidth: number;
  /** Rows per call of ONNX Runtime, so that a call stays far below its limits. */
  readonly rowsPerCall: number;
}

/** A row without an answer. */
export interface RefusedRow extends Refusal {
  readonly row: number;
}

/** What a model answered to rows × width features. */
export interface RunResult {
  /** Row-major, rows × outputWidth. */
  readonly outputs: Float32Array<ArrayBuffer>;
  readonly outputWidth: number;
  /** One per row: index of the most probable class, or the value of a regression. */
  readonly predicted: Float32Array<ArrayBuffer>;
  /** Rows without an answer, in order; their outputs mean nothing. */
  readonly failures: readonly RefusedRow[];
  /** Milliseconds in ONNX Runtime. */
  readonly runMs: number;
}

/**
 * What is asked of a session process. The payload of `load` is the file, that of `run` the
 * features.
 */
export type SessionCommand =
  | { readonly kind: 'load'; readonly slot: number; readonly shape: ModelShape }
  | {
      readonly kind: 'run';
      readonly slot: number;
      readonly rows: number;
      /** Free texts, row by row, where the model takes some. */
      readonly texts?: readonly string[];
    }
  | { readonly kind: 'release'; readonly slot: number };

/**
 * The answers come in the order of the commands. The payload after a run is its outputs and then
 * `predicted`.
 */
export interface SessionReply {
  readonly loaded?: LoadedModel;
  readonly ran?: Omit<RunResult, 'outputs' | 'predicted'>;
  readonly error?: string;
}

/** How sessions are made and bounded. */
export interface SessionSettings {
  /** Threads within one operator. */
  readonly threads: number;
  /** Most rows per call of ONNX Runtime. */
  readonly runRows: number;
  /** CPU time that one row may take, of all threads, milliseconds. */
  readonly rowCpuMs: number;
  /** Memory by which a call may grow the process, bytes. */
  readonly runMemoryBytes: number;
}
