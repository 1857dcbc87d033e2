/**
 * The parts of WebAssembly's JavaScript interface that are used here:
 * @types/node leaves them to the DOM's types, which servers do not have.
 */
declare namespace WebAssembly {
  interface MemoryDescriptor {
    /** Pages of 64 KiB. */
    readonly initial: number;
    readonly maximum?: number;
    /** Whether threads share it (Threads proposal); needs a maximum. @default false */
    readonly shared?: boolean;
  }
  class Memory {
    constructor(descriptor: MemoryDescriptor);
    /** Detached when the memory grows; a shared one stays, shorter than the memory. */
    readonly buffer: ArrayBuffer | SharedArrayBuffer;
    /** Throws RangeError when there is no room. @returns pages before */
    grow(pages: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, Memory>>>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  function validate(bytes: Uint8Array): boolean;
}
