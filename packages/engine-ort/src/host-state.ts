import type { ElementwiseKernel, ElementwiseProgram } from '@driftloop/autodiff';
import { Tensor } from 'onnxruntime-node';
import { checkLength, OrtState } from './ort-state.ts';
import { compileKernel, type Place } from './wasm/compile-kernel.ts';
import { LinearMemory } from './wasm/linear-memory.ts';

/**
 * State in host memory. Entries that kernels run over lie in WebAssembly's linear memory, at addresses that stay theirs; sessions read and
 * write them there.
 */
export class HostState extends OrtState {
  #memory: LinearMemory | undefined;
  readonly #places = new Map<string, Place>();

  compile(program: ElementwiseProgram, entries: readonly string[]): ElementwiseKernel | undefined {
    if (typeof WebAssembly === 'undefined') return undefined;
    try {
      this.#memory ??= new LinearMemory();
      const kernel = compileKernel(program, this.#memory.memory, this.#places);
      if (kernel) this.#place(this.#memory, entries);
      return kernel;
    } catch (cause) {
      // More than 32 bits can address, or more than the process may reserve.
      if (cause instanceof RangeError) return undefined;
      throw cause;
    }
  }

  override write(name: string, data: Float32Array): void {
    const { size, current } = this.slot(name);
    checkLength(name, size, data.length);
    if (this.#places.has(name)) floats(current).set(data);
    else super.write(name, data);
  }

  /** A placed entry stays where it is: what a run wrote into the other buffer is copied. */
  override swap(name: string): void {
    if (this.#places.has(name)) floats(this.slot(name).current).set(floats(this.spare(name)));
    else super.swap(name);
  }

  override release(): void {
    super.release();
    this.#places.clear();
    this.#memory = undefined;
  }

  /** Moves entries into linear memory. Growing it detaches the views of those that lie there already. */
  #place(memory: LinearMemory, entries: readonly string[]): void {
    const added = [...new Set(entries)].filter((name) => !this.#places.has(name));
    const lengths = added.map((name) => this.slot(name).size);
    const addresses = memory.allocate(lengths);
    added.forEach((name, i) => {
      const place = { address: addresses[i] ?? 0, length: lengths[i] ?? 0 };
      memory.view(place).set(floats(this.slot(name).current));
      this.#places.set(name, place);
    });
    for (const [name, place] of this.#places) {
      const slot = this.slot(name);
      slot.current = new Tensor('float32', memory.view(place), slot.dims);
    }
  }
}

function floats({ data }: Tensor): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new TypeError('state in host memory holds no float32');
}
