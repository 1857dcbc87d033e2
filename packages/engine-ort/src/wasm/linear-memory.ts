import { MAX_PAGES } from '@driftloop/wasm';
import type { Place } from './compile-kernel.ts';

const PAGE_BYTES = 65_536;
/** A cache line, so that no two arrays share one. */
const ALIGNMENT = 64;

/**
 * Float32 arrays in the linear memory of WebAssembly, which kernels and ONNX Runtime read and write
 * without copies. Nothing is freed singly.
 */
export class LinearMemory {
  readonly memory: WebAssembly.Memory;
  #end = 0;

  /** @param shared whether other threads may read and write it, too */
  constructor(shared = false) {
    this.memory = new WebAssembly.Memory({ initial: 0, maximum: MAX_PAGES, shared });
  }

  /**
   * Addresses for arrays of these lengths, zeros at first. Views made before are detached when the
   * memory grows: make them anew. Throws RangeError when there is no room.
   */
  allocate(lengths: readonly number[]): number[] {
    let end = this.#end;
    const addresses = lengths.map((length) => {
      const address = end;
      end = Math.ceil((address + 4 * length) / ALIGNMENT) * ALIGNMENT;
      return address;
    });
    const missing = Math.ceil((end - this.memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.memory.grow(missing);
    this.#end = end;
    return addresses;
  }

  view({ address, length }: Place): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }
}
