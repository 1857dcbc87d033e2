import {
  type ElementwiseKernel,
  type ElementwiseProgram,
  recordProgram,
  type StateEntry,
} from '@driftloop/autodiff';
import { DriftloopError } from '@driftloop/errors';
import { Tensor } from 'onnxruntime-node';
import { checkLength, OrtState } from './ort-state.ts';
import type { SharedTensor } from './shared-tensor.ts';
import { compileKernel, type Place } from './wasm/compile-kernel.ts';
import { LinearMemory } from './wasm/linear-memory.ts';

/**
 * State in host memory. Entries that kernels run over, or that threads share, lie in WebAssembly's
 * linear memory, at addresses that stay theirs; sessions read and write them there.
 */
export class HostState extends OrtState {
  readonly #shared: boolean;
  #memory: LinearMemory | undefined;
  readonly #places = new Map<string, Place>();
  /** What kernels may be run over: entries, and what the parts of a run made of them. */
  readonly #addends = new Map<string, Place>();
  #adding: ElementwiseKernel | undefined;

  /**
   * @param options.shared whether sessions of other threads may be given its entries
   * @default false
   */
  constructor(entries: readonly StateEntry[], { shared = false }: { readonly shared?: boolean } = {}) {
    super(entries);
    this.#shared = shared;
  }

  compile(program: ElementwiseProgram, entries: readonly string[]): ElementwiseKernel | undefined {
    if (typeof WebAssembly === 'undefined') return undefined;
    try {
      this.#memory ??= new LinearMemory(this.#shared);
      const kernel = compileKernel(program, this.#memory.memory, this.#places);
      if (kernel) this.#place(this.#memory, entries);
      return kernel;
    } catch (cause) {
      // More than 32 bits can address, or more than the process may reserve.
      if (cause instanceof RangeError) return undefined;
      throw cause;
    }
  }

  /** The memory that {@link share} and {@link shareOfPart} name places in. */
  get sharedMemory(): SharedArrayBuffer {
    const buffer = this.#memory?.memory.buffer;
    if (buffer instanceof SharedArrayBuffer) return buffer;
    throw new DriftloopError('GRAPH_INVALID', 'this state is not shared between threads');
  }

  /** Where other threads find entries. */
  share(names: readonly string[]): SharedTensor[] {
    this.#memory ??= new LinearMemory(this.#shared);
    if (names.some((name) => !this.#places.has(name))) this.#place(this.#memory, names);
    return names.map((name) => ({
      name,
      address: this.#places.get(name)?.address ?? 0,
      dims: this.slot(name).dims,
    }));
  }

  /**
   * Where a part of a run writes what it makes of entries.
   * @param part counted from 0, not that of the caller's own thread
   */
  shareOfPart(names: readonly string[], part: number): SharedTensor[] {
    const shared = this.share(names);
    const memory = this.#memory;
    const missing = names.filter((name) => !this.#addends.has(addendName(name, part)));
    if (memory && missing.length > 0) {
      const lengths = missing.map((name) => this.slot(name).size);
      const addresses = memory.allocate(lengths);
      missing.forEach((name, i) => {
        const place = { address: addresses[i] ?? 0, length: lengths[i] ?? 0 };
        this.#addends.set(addendName(name, part), place);
      });
    }
    return shared.map(({ name, dims }) => ({
      name,
      dims,
      address: this.#addends.get(addendName(name, part))?.address ?? 0,
    }));
  }

  /** Adds to entries what `parts` parts made of them. */
  addParts(names: readonly string[], parts: number): void {
    if (this.#memory === undefined) return;
    this.#adding ??= compileKernel(ADDING, this.#memory.memory, this.#addends);
    for (const name of names) {
      const place = this.#places.get(name);
      if (place) this.#addends.set(name, place);
      for (let part = 0; part < parts; part++)
        this.#adding?.run({ sum: name, addend: addendName(name, part) }, {});
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
    this.#addends.clear();
    this.#adding = undefined;
    this.#memory = undefined;
  }

  /**
   * Moves entries into linear memory. Growing it detaches the views of those that lie there
   * already.
   */
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

const ADDING = recordProgram(['sum', 'addend'], [], (math, value) => ({
  writes: { sum: math.add(value('sum'), value('addend')) },
}));

function addendName(entry: string, part: number): string {
  return `${entry}@${part}`;
}

function floats({ data }: Tensor): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new TypeError('state in host memory holds no float32');
}
