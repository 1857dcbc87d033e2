import type { Engine, EngineSession, EngineState, LoadOptions, StateEntry } from '@driftloop/autodiff';
import { DriftloopError } from '@driftloop/errors';
import { parseModel } from '@driftloop/onnx';
import { type Backend, loadBackend } from './backend.ts';
import { TfjsSession } from './tfjs-session.ts';
import { TfjsState } from './tfjs-state.ts';

export interface TfjsEngineOptions {
  /** @default node-gpu if it is installed, else node, else wasm */
  readonly backend?: Backend | undefined;
  /**
   * Threads of WebAssembly, ≥ 1; TensorFlow's library takes as many as there are cores.
   * @default 1
   */
  readonly threads?: number;
  /**
   * Megabytes that training may take on the device; larger batches go through in parts.
   * @default no limit
   */
  readonly maxMemoryMb?: number | undefined;
}

/**
 * Runs training graphs on TensorFlow.js, operator by operator: the way to a GPU through
 * tfjs-node-gpu, and the independent check of what ONNX Runtime computes. Slower than engine-ort on
 * a CPU.
 *
 * @throws DriftloopError ENGINE_UNAVAILABLE when the packages are not installed, CONFIG_INVALID
 */
export async function createTfjsEngine(options: TfjsEngineOptions = {}): Promise<Engine> {
  const { threads = 1 } = options;
  if (!Number.isInteger(threads) || threads < 1)
    throw new DriftloopError('CONFIG_INVALID', `threads is ${threads}; give a whole number from 1`);
  const { tf, backend, version } = await loadBackend(options.backend, threads);
  return {
    name: `tfjs-${backend} ${version}`,
    device: backend === 'node-gpu' ? 'cuda' : 'cpu',
    maxMemoryMb: options.maxMemoryMb,
    load: async (model: Uint8Array, load: LoadOptions = {}): Promise<EngineSession> =>
      new TfjsSession(tf, parseModel(model), load),
    createState: (entries: readonly StateEntry[]): EngineState => new TfjsState(tf, entries),
  };
}
