import type { ModelTask } from '@driftloop/schemas';

/** What a worker needs to load one version. */
export interface SessionModel {
  /** Handed over to the thread. */
  readonly onnx: Uint8Array;
  readonly task: ModelTask;
  /** Names of the tensors that are fed and read. */
  readonly input: string;
  readonly output: string;
  /** Features per row. */
  readonly width: number;
  /** Numbers per answer that the task allows. */
  readonly outputWidths: readonly number[];
}

/** What a model answered to rows × width features. */
export interface RunResult {
  /** Row-major, rows × outputWidth. */
  readonly outputs: Float32Array<ArrayBuffer>;
  readonly outputWidth: number;
  /** One per row: index of the most probable class, or the value of a regression. */
  readonly predicted: Float32Array<ArrayBuffer>;
  /** Rows without an answer, in order, with the reason; their outputs mean nothing. */
  readonly failures: readonly { readonly row: number; readonly reason: string }[];
  /** Milliseconds in ONNX Runtime. */
  readonly runMs: number;
}

/** What the main thread asks of a worker. */
export type SessionCommand =
  | { readonly kind: 'load'; readonly slot: number; readonly model: SessionModel }
  | {
      readonly kind: 'run';
      readonly slot: number;
      readonly features: Float32Array<ArrayBuffer>;
      readonly rows: number;
    }
  | { readonly kind: 'release'; readonly slot: number };

/** A command on its way, numbered so that the answer finds back. */
export interface SessionRequest {
  readonly id: number;
  readonly command: SessionCommand;
}

/** The answer to a command: `result` after a run, `error` when it failed. */
export interface SessionReply {
  readonly id: number;
  readonly result?: RunResult;
  readonly error?: string;
}

/** How sessions are made in a worker. */
export interface SessionSettings {
  /** Threads within one operator. */
  readonly threads: number;
  /** Most rows per call of ONNX Runtime. */
  readonly runRows: number;
}
