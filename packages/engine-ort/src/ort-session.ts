import type { EngineSession, EngineTensor, LoadOptions, RunOptions, TextTensor } from '@driftloop/autodiff';
import { DriftloopError } from '@driftloop/errors';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { runFailure } from './failure.ts';
import { OrtState } from './ort-state.ts';
import { hostTensor, ortTensor } from './tensors.ts';

/**
 * A session of ONNX Runtime. `onDevice`: updates are left in device memory instead of being written
 * into host buffers.
 */
export class OrtSession implements EngineSession {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly #session: InferenceSession;
  readonly #updates: readonly (readonly [entry: string, output: string])[];
  readonly #replaced: ReadonlySet<string>;
  readonly #inPlace: ReadonlySet<string>;
  readonly #returned: readonly string[];
  readonly #onDevice: boolean;

  constructor(session: InferenceSession, options: LoadOptions, onDevice: boolean) {
    this.#session = session;
    this.#onDevice = onDevice;
    this.#updates = Object.entries(options.updates ?? {});
    this.#inPlace = new Set(onDevice ? [] : options.inPlace);
    this.#replaced = new Set(Object.keys(options.updates ?? {}));
    this.inputs = session.inputNames;
    this.outputs = session.outputNames;
    const updated = new Set(this.#updates.map(([, output]) => output));
    this.#returned = this.outputs.filter((name) => !updated.has(name));
  }

  async run(
    feeds: Readonly<Record<string, EngineTensor | TextTensor>>,
    options: RunOptions = {},
  ): Promise<Record<string, EngineTensor>> {
    const state = this.#stateOf(options);
    const fetches = options.fetches ?? this.#returned;
    const unknown = fetches.find((name) => !this.outputs.includes(name));
    if (unknown !== undefined) {
      throw new DriftloopError(
        'GRAPH_INVALID',
        `the graph has no output ${unknown}; it has ${this.outputs.join(', ')}`,
      );
    }
    const wanted: Record<string, Tensor | null> = {};
    for (const name of fetches) wanted[name] = null;
    for (const [entry, output] of this.#updates) wanted[output] = this.#target(entry, state);
    if (this.#onDevice && state) await this.#settle(state, feeds);
    const results = await this.#execute(this.#feeds(feeds, state), wanted);
    for (const [entry, output] of this.#updates) {
      if (this.#inPlace.has(entry)) continue;
      if (!this.#onDevice) state?.swap(entry);
      else if (results[output]) state?.replace(entry, results[output]);
    }
    return Object.fromEntries(fetches.map((name) => [name, hostTensor(name, results[name])]));
  }

  /**
   * Where an update is written: by the device into memory of its own, on the host into the entry's
   * other buffer or over it.
   */
  #target(entry: string, state: OrtState | undefined): Tensor | null {
    if (this.#onDevice || state === undefined) return null;
    return this.#inPlace.has(entry) ? state.current(entry) : state.spare(entry);
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  async #execute(feeds: Record<string, Tensor>, wanted: Record<string, Tensor | null>) {
    try {
      return await this.#session.run(feeds, wanted);
    } catch (cause) {
      throw runFailure(cause);
    }
  }

  /** Entries that this graph reads and does not replace. */
  async #settle(state: OrtState, feeds: Readonly<Record<string, EngineTensor | TextTensor>>): Promise<void> {
    for (const name of this.inputs) {
      if (feeds[name] === undefined && state.has(name) && !this.#replaced.has(name)) await state.settle(name);
    }
  }

  #feeds(
    feeds: Readonly<Record<string, EngineTensor | TextTensor>>,
    state: OrtState | undefined,
  ): Record<string, Tensor> {
    const tensors: Record<string, Tensor> = {};
    for (const name of this.inputs) {
      const fed = feeds[name];
      if (fed) tensors[name] = ortTensor(name, fed);
      else if (state?.has(name)) tensors[name] = state.current(name);
      else
        throw new DriftloopError(
          'GRAPH_INVALID',
          `input ${name} is not fed; the graph reads ${this.inputs.join(', ')}`,
        );
    }
    return tensors;
  }

  #stateOf(options: RunOptions): OrtState | undefined {
    if (options.state === undefined && this.#updates.length > 0) {
      throw new DriftloopError('GRAPH_INVALID', 'this session updates state, but the run was given none');
    }
    if (options.state === undefined || options.state instanceof OrtState) return options.state;
    throw new DriftloopError('GRAPH_INVALID', 'the state was created by another engine');
  }
}
