import type { EngineState, StateEntry } from '@driftloop/autodiff';
import { DriftloopError } from '@driftloop/errors';
import { elementCount } from '@driftloop/onnx';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './backend.ts';

/** State as tensors of TensorFlow.js, on its device. */
export class TfjsState implements EngineState {
  readonly #tf: TensorFlow;
  readonly #tensors = new Map<string, Tensor>();

  constructor(tf: TensorFlow, entries: readonly StateEntry[]) {
    this.#tf = tf;
    this.ensure(entries);
  }

  get names(): readonly string[] {
    return [...this.#tensors.keys()];
  }

  ensure(entries: readonly StateEntry[]): void {
    for (const { name, dims, initial } of entries) {
      if (this.#tensors.has(name)) continue;
      const size = elementCount(dims);
      checkLength(name, size, initial?.length ?? size);
      this.#tensors.set(
        name,
        this.#tf.tensor(initial?.slice() ?? new Float32Array(size), [...dims], 'float32'),
      );
    }
  }

  async read(name: string): Promise<Float32Array> {
    return Float32Array.from(await this.tensor(name).data());
  }

  write(name: string, data: Float32Array): void {
    const before = this.tensor(name);
    checkLength(name, before.size, data.length);
    this.replace(name, this.#tf.tensor(data.slice(), before.shape, 'float32'));
  }

  release(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** The present value, which stays the state's own. */
  tensor(name: string): Tensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) {
      throw new DriftloopError(
        'GRAPH_INVALID',
        `there is no state named ${name}; it has ${this.names.join(', ')}`,
      );
    }
    return tensor;
  }

  /** Takes over a tensor and frees the one before. */
  replace(name: string, tensor: Tensor): void {
    this.tensor(name).dispose();
    this.#tensors.set(name, tensor);
  }
}

function checkLength(name: string, expected: number, actual: number): void {
  if (expected !== actual)
    throw new DriftloopError('GRAPH_INVALID', `state ${name} needs ${expected} values, got ${actual}`);
}
