import type { Place } from './compile-kernel.ts';

const PAGE_BYTES = 65_536;
/** Pages that a 32-bit address reaches: 4 GiB. */
const MAX_PAGES = 65_536;
/** A cache line, so that no two arrays share one. */
const ALIGNMENT = 64;

/** Float32 arrays in the linear memory of WebAssembly, which kernels and ONNX Runtime read and write without copies. Nothing is freed singly. */
export class LinearMemory {
  readonly memory = new WebAssembly.Memory({ initial: 0, maximum: MAX_PAGES });
  #end = 0;

  /**
   * Addresses for arrays of these lengths, zeros at first. Views made before are detached when the memory grows: make them anew.
   * Throws RangeError when there is no room.
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
