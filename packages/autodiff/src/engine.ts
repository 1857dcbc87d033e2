/**
 * What runs graphs: the seam between the pure packages and ONNX Runtime, TensorFlow.js or another
 * runtime. Implementations live in packages/engine-*; nothing here imports one.
 */

import type { ElementwiseKernel, ElementwiseProgram } from './elementwise/program.ts';

/** Where an engine computes. */
export type Device = 'cpu' | 'webgpu' | 'cuda';

/** A tensor in host memory, row-major. A scalar has dims []. */
export type EngineTensor =
  | { readonly type: 'float32'; readonly dims: readonly number[]; readonly data: Float32Array }
  | { readonly type: 'int64'; readonly dims: readonly number[]; readonly data: BigInt64Array };

/** Texts that a graph is fed with, row-major. */
export interface TextTensor {
  readonly type: 'string';
  readonly dims: readonly number[];
  readonly data: readonly string[];
}

/** One named float32 tensor of an {@link EngineState} and its first value. */
export interface StateEntry {
  readonly name: string;
  readonly dims: readonly number[];
  /** dims' product of values; copied. Zeros when absent. */
  readonly initial?: Float32Array | undefined;
}

/**
 * Named float32 tensors that outlive a run: parameters, optimizer moments, penalty anchors. They
 * stay on the engine's device between runs and may be shared by several sessions of the same engine
 * (one that accumulates gradients, one that applies them).
 */
export interface EngineState {
  readonly names: readonly string[];
  /** Adds entries; names that exist already are left as they are. */
  ensure(entries: readonly StateEntry[]): void;
  /** A copy of the present value. Throws GRAPH_INVALID for an unknown name. */
  read(name: string): Promise<Float32Array>;
  /** Replaces a value; the length must match. Not while a run that uses this state is pending. */
  write(name: string, data: Float32Array): void;
  /**
   * Compiles arithmetic that runs over entries in place, in one pass over memory: what makes an
   * optimizer's update faster than a node per operation does. Not to be run while a run that uses
   * this state is pending.
   *
   * @param entries all that the kernel will be run over; they stay entries like the others
   * @returns undefined where the machine cannot do it; absent in engines that have nothing better
   *   than graphs
   */
  compile?(program: ElementwiseProgram, entries: readonly string[]): ElementwiseKernel | undefined;
  /**
   * Frees device memory. The state is unusable afterwards. To be called before the sessions that
   * updated it are released.
   */
  release(): void;
}

/** How a graph is loaded. */
export interface LoadOptions {
  /**
   * State entry → graph output whose value replaces it after each run. Such outputs are not
   * returned by `run`. The graph input that reads an entry has the entry's name.
   */
  readonly updates?: Readonly<Record<string, string>> | undefined;
  /**
   * State entries whose next value may be written over the present one, because the graph reads
   * them only to compute it. Their values are undefined after a run that failed.
   */
  readonly inPlace?: readonly string[] | undefined;
  /**
   * Feeds that the graph is to be run on side by side, at most the engine's `threads`
   * (EngineSession.runParts).
   * @default 1
   */
  readonly parts?: number | undefined;
}

/** How a loaded graph is run. */
export interface RunOptions {
  /** Outputs to return. @default all outputs that are not updates */
  readonly fetches?: readonly string[] | undefined;
  /** Feeds every graph input that is named like one of its entries, and receives the updates. */
  readonly state?: EngineState | undefined;
}

/** A loaded graph. Runs of one session, and of sessions that share a state, must not overlap. */
export interface EngineSession {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /**
   * Runs the graph once. Throws GRAPH_INVALID for a missing feed or a wrong shape,
   * ENGINE_OUT_OF_MEMORY when memory is short. An engine without texts refuses them with
   * GRAPH_INVALID.
   */
  run(
    feeds: Readonly<Record<string, EngineTensor | TextTensor>>,
    options?: RunOptions,
  ): Promise<Record<string, EngineTensor>>;
  /**
   * Runs the graph once on each of several feeds, side by side; a state entry that is updated
   * becomes the sum of what the runs made of it. For graphs that do not read what they update.
   * Absent where the graph was not loaded for parts.
   *
   * @returns outputs per feed
   */
  runParts?(
    feeds: readonly Readonly<Record<string, EngineTensor>>[],
    options: RunOptions & { readonly state: EngineState },
  ): Promise<Record<string, EngineTensor>[]>;
  release(): Promise<void>;
}

/** A runtime on one device. */
export interface Engine {
  /** For manifests and logs, e.g. `onnxruntime-node 1.30.0`. */
  readonly name: string;
  readonly device: Device;
  /** Megabytes (2²⁰ bytes) that training may take on the device; unlimited when absent. */
  readonly maxMemoryMb?: number | undefined;
  /** Runs of a graph that can go side by side, a thread each. @default 1 */
  readonly threads?: number | undefined;
  /** Loads an ONNX model. Throws MODEL_INVALID when the runtime refuses it. */
  load(model: Uint8Array, options?: LoadOptions): Promise<EngineSession>;
  createState(entries: readonly StateEntry[]): EngineState;
}

/** A float32 tensor over `data` (not copied). */
export function float32(data: Float32Array, dims: readonly number[]): EngineTensor {
  return { type: 'float32', dims, data };
}

/** A float32 scalar. */
export function scalar(value: number): EngineTensor {
  return { type: 'float32', dims: [], data: Float32Array.of(value) };
}

/**
 * The values of a float32 output; throws if the output is missing or of another type, which is a
 * bug in the caller.
 */
export function float32Data(outputs: Readonly<Record<string, EngineTensor>>, name: string): Float32Array {
  const tensor = outputs[name];
  if (tensor?.type !== 'float32')
    throw new TypeError(`output ${name} is ${tensor?.type ?? 'missing'}, not float32`);
  return tensor.data;
}
