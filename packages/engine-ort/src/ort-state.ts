import type { EngineState, StateEntry } from '@driftloop/autodiff';
import { DriftloopError } from '@driftloop/errors';
import { elementCount } from '@driftloop/onnx';
import { Tensor } from 'onnxruntime-node';
import type { DeviceTransfer } from './device-transfer.ts';

/** An entry of the state. */
export interface Slot {
  readonly dims: readonly number[];
  readonly size: number;
  current: Tensor;
  /**
   * The second buffer of an updated entry on the host: a run reads `current`, writes here, then the
   * two change places.
   */
  spare: Tensor | undefined;
}

/** State that lives in host memory, and on a device once a run has used it there. */
export class OrtState implements EngineState {
  readonly #slots = new Map<string, Slot>();
  readonly #transfer: DeviceTransfer | undefined;

  /** @param transfer how tensors get to the device and back; none when the device is the CPU */
  constructor(entries: readonly StateEntry[], transfer?: DeviceTransfer) {
    this.#transfer = transfer;
    this.ensure(entries);
  }

  ensure(entries: readonly StateEntry[]): void {
    for (const { name, dims, initial } of entries) {
      if (this.#slots.has(name)) continue;
      const size = elementCount(dims);
      checkLength(name, size, initial?.length ?? size);
      const data = initial === undefined ? new Float32Array(size) : initial.slice();
      this.#slots.set(name, { dims, size, current: new Tensor('float32', data, dims), spare: undefined });
    }
  }

  get names(): readonly string[] {
    return [...this.#slots.keys()];
  }

  has(name: string): boolean {
    return this.#slots.has(name);
  }

  async read(name: string): Promise<Float32Array> {
    const { current } = this.slot(name);
    const host = isOnDevice(current) ? await this.#transfer?.download(current) : current;
    if (!(host?.data instanceof Float32Array)) throw new TypeError(`state ${name} cannot be read as float32`);
    return host.data.slice();
  }

  write(name: string, data: Float32Array): void {
    const slot = this.slot(name);
    checkLength(name, slot.size, data.length);
    this.replace(name, new Tensor('float32', data.slice(), slot.dims));
  }

  release(): void {
    for (const slot of this.#slots.values()) dispose(slot.current);
    this.#slots.clear();
  }

  /** What a run reads. */
  current(name: string): Tensor {
    return this.slot(name).current;
  }

  /**
   * Moves an entry to the device, so that runs that only read it do not carry it there every time.
   */
  async settle(name: string): Promise<void> {
    const slot = this.slot(name);
    if (this.#transfer && !isOnDevice(slot.current)) slot.current = await this.#transfer.upload(slot.current);
  }

  /** Where a run on the host writes the next value; never the buffer that it reads. */
  spare(name: string): Tensor {
    const slot = this.slot(name);
    slot.spare ??= new Tensor('float32', new Float32Array(slot.size), slot.dims);
    return slot.spare;
  }

  /** Makes the buffer that a run wrote the current one. */
  swap(name: string): void {
    const slot = this.slot(name);
    const written = this.spare(name);
    slot.spare = slot.current;
    slot.current = written;
  }

  /** Takes over a tensor that a run made on the device and frees the one before. */
  replace(name: string, tensor: Tensor): void {
    const slot = this.slot(name);
    dispose(slot.current);
    slot.current = tensor;
  }

  protected slot(name: string): Slot {
    const slot = this.#slots.get(name);
    if (slot === undefined) {
      throw new DriftloopError(
        'GRAPH_INVALID',
        `there is no state named ${name}; it has ${this.names.join(', ')}`,
      );
    }
    return slot;
  }
}

function isOnDevice(tensor: Tensor): boolean {
  return tensor.location === 'gpu-buffer';
}

function dispose(tensor: Tensor): void {
  if (isOnDevice(tensor)) tensor.dispose();
}

/** Throws GRAPH_INVALID when a value does not fill an entry. */
export function checkLength(name: string, expected: number, actual: number): void {
  if (expected !== actual) {
    throw new DriftloopError('GRAPH_INVALID', `state ${name} needs ${expected} values, got ${actual}`);
  }
}
