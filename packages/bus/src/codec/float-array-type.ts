import { ArrayType, type InternalType, type InvalidHook, type Reader, type Tap } from './avsc-internals.ts';
import { readBlockCount, readItems } from './bounded-types.ts';

const FLOAT_BYTES = 4;
/**
 * Floats per slab, 64 KiB: an allocation of its own for each small array would cost more than
 * reading it.
 */
const SLAB_FLOATS = 16_384;

/**
 * `array<float>` as Float32Array. On the wire a block is little-endian floats one after another, so
 * that it is copied as bytes, once, which also gives it the alignment that a Float32Array needs.
 *
 * Arrays that are read are views of shared slabs: copy one before transferring its buffer, or
 * keeping it for long.
 */
export class FloatArrayType extends ArrayType {
  override _check(value: unknown, _flags?: unknown, hook?: InvalidHook): boolean {
    const valid = value instanceof Float32Array;
    if (!valid) hook?.(value, this);
    return valid;
  }

  override _read(tap: Tap): Float32Array {
    return readFloats(tap);
  }

  override _skip(tap: Tap): void {
    readFloats(tap);
  }

  override _write(tap: Tap, value: unknown): void {
    if (!(value instanceof Float32Array)) throw new TypeError('invalid "array<float>": not a Float32Array');
    if (value.length > 0) {
      tap.writeLong(value.length);
      const from = tap.pos;
      tap.pos += value.length * FLOAT_BYTES;
      if (tap.pos <= tap.buf.length) {
        tap.buf.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), from);
      }
    }
    tap.writeLong(0);
  }

  override _copy(value: unknown): unknown {
    if (value instanceof Float32Array) return value.slice();
    if (Array.isArray(value)) return Float32Array.from(value, Number);
    throw new TypeError('invalid "array<float>": not a Float32Array');
  }

  override _update(resolver: Partial<Reader>, writer: InternalType, options: unknown): void {
    if (writer instanceof FloatArrayType) {
      resolver._read = readFloats;
      return;
    }
    // Another schema may have wider or narrower numbers: read them one by one.
    const other: Partial<Reader> & { itemsType?: InternalType } = {};
    super._update(other, writer, options);
    const { itemsType } = other;
    if (itemsType) resolver._read = (tap) => Float32Array.from(readItems(tap, itemsType), Number);
  }
}

function readFloats(tap: Tap): Float32Array {
  let count = readBlockCount(tap, FLOAT_BYTES);
  let floats = copyBlock(tap, count);
  while (count > 0) {
    count = readBlockCount(tap, FLOAT_BYTES);
    if (count > 0) floats = concat(floats, copyBlock(tap, count));
  }
  return floats;
}

let slab = new Float32Array(SLAB_FLOATS);
let slabBytes = new Uint8Array(slab.buffer);
let used = 0;

function copyBlock(tap: Tap, count: number): Float32Array {
  const from = tap.pos;
  tap.pos = from + count * FLOAT_BYTES;
  const source = tap.buf.subarray(from, tap.pos);
  if (count > SLAB_FLOATS / 8) {
    const floats = new Float32Array(count);
    new Uint8Array(floats.buffer).set(source);
    return floats;
  }
  if (used + count > SLAB_FLOATS) {
    slab = new Float32Array(SLAB_FLOATS);
    slabBytes = new Uint8Array(slab.buffer);
    used = 0;
  }
  slabBytes.set(source, used * FLOAT_BYTES);
  const floats = slab.subarray(used, used + count);
  used += count;
  return floats;
}

function concat(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
