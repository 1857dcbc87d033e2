import {
  ArrayType,
  BytesType,
  type CopyOptions,
  type InternalType,
  type InvalidHook,
  MapType,
  type Reader,
  type Tap,
  UnwrappedUnionType,
} from './avsc-internals.ts';
import { readText, requireText } from './text-type.ts';

/** More items of no size at all (nulls, empty records) than anyone sends. */
const MAX_EMPTY_ITEMS = 100_000;

/**
 * Reads the header of the next block of an array or map.
 *
 * avsc believes the count: garbage makes it loop or allocate for ever. An item takes at least one
 * byte, so a count above the bytes that are left cannot be true.
 *
 * @returns items in the block, 0 at the end
 * @throws RangeError if the count is not possible
 */
export function readBlockCount(tap: Tap, itemBytes: number): number {
  let count = tap.readLong();
  if (count < 0) {
    count = -count;
    tap.skipLong(); // size of the block in bytes
  }
  const left = tap.buf.length - tap.pos;
  if (left < 0) throw new RangeError('truncated buffer');
  const most = itemBytes > 0 ? left / itemBytes : Math.max(left, MAX_EMPTY_ITEMS);
  if (count > most) {
    throw new RangeError(`block of ${count} items, but only ${left} bytes are left`);
  }
  return count;
}

/**
 * The least that a value takes on the wire: 0 where values may be empty, or where that is not
 * known.
 */
function leastBytes(type: InternalType | Reader): number {
  if (!('typeName' in type)) return 0;
  return ['null', 'record', 'fixed', 'error'].includes(type.typeName) ? 0 : 1;
}

/** Reads the blocks of an array. */
export function readItems(tap: Tap, items: InternalType | Reader): unknown[] {
  const least = leastBytes(items);
  const values: unknown[] = [];
  for (let count = readBlockCount(tap, least); count > 0; count = readBlockCount(tap, least)) {
    while (count-- > 0) {
      values.push(items._read(tap));
      if (tap.pos > tap.buf.length) throw new RangeError('truncated buffer');
    }
  }
  return values;
}

/** `array<T>` whose counts are checked. */
export class BoundedArrayType extends ArrayType {
  override _read(tap: Tap): unknown[] {
    // `this` may be avsc's resolver, whose itemsType reads the other schema.
    return readItems(tap, this.itemsType);
  }

  override _skip(tap: Tap): void {
    BoundedArrayType.prototype._read.call(this, tap);
  }
}

/** `map<T>` whose counts are checked, and whose keys are text. */
export class BoundedMapType extends MapType {
  override _read(tap: Tap): Record<string, unknown> {
    const values = this.valuesType;
    const map: Record<string, unknown> = {};
    for (let count = readBlockCount(tap, 1); count > 0; count = readBlockCount(tap, 1)) {
      while (count-- > 0) {
        const key = readText(tap);
        const value = values._read(tap);
        if (tap.pos > tap.buf.length) throw new RangeError('truncated buffer');
        // Plain assignment of a key named __proto__ would change the object's prototype instead.
        if (key === '__proto__') {
          Object.defineProperty(map, key, { value, enumerable: true, writable: true, configurable: true });
        } else {
          map[key] = value;
        }
      }
    }
    return map;
  }

  override _write(tap: Tap, value: unknown): void {
    for (const key of Object.keys(value ?? {})) requireText(key, 'a key of a map');
    super._write(tap, value);
  }

  override _skip(tap: Tap): void {
    BoundedMapType.prototype._read.call(this, tap);
  }
}

/** `bytes` as Uint8Array in memory of its own. */
export class ByteArrayType extends BytesType {
  override _check(value: unknown, _flags?: unknown, hook?: InvalidHook): boolean {
    const valid = value instanceof Uint8Array;
    if (!valid) hook?.(value, this);
    return valid;
  }

  override _read(tap: Tap): Uint8Array {
    const length = tap.readLong();
    const from = tap.pos;
    if (length < 0 || length > tap.buf.length - from) {
      throw new RangeError(`${length} bytes, but only ${tap.buf.length - from} are left`);
    }
    tap.pos = from + length;
    return new Uint8Array(tap.buf.subarray(from, tap.pos));
  }

  override _write(tap: Tap, value: unknown): void {
    if (!(value instanceof Uint8Array)) throw new TypeError('invalid "bytes": not a Uint8Array');
    tap.writeLong(value.length);
    const from = tap.pos;
    tap.pos += value.length;
    if (tap.pos <= tap.buf.length) tap.buf.set(value, from);
  }

  override _copy(value: unknown, options?: CopyOptions): unknown {
    if (options?.coerce === 2 && typeof value === 'string')
      return Uint8Array.from(Buffer.from(value, 'latin1'));
    if (!(value instanceof Uint8Array)) throw new TypeError('invalid "bytes": not a Uint8Array');
    return options?.coerce === 3 ? Buffer.from(value).toString('latin1') : value.slice();
  }

  override _update(resolver: Partial<Reader>, writer: InternalType): void {
    if (writer.typeName === 'bytes') resolver._read = this._read;
    // A string on the wire is its UTF-8 bytes.
    if (writer.typeName === 'string') resolver._read = this._read;
  }
}

/** A union that knows typed arrays. */
export class TypedUnionType extends UnwrappedUnionType {
  override _getIndex(value: unknown): number | undefined {
    if (value instanceof Uint8Array) return this.#indexOf('bytes');
    if (value instanceof Float32Array) return this.#indexOf('array');
    return super._getIndex(value);
  }

  #indexOf(typeName: string): number | undefined {
    const index = this.types.findIndex((type) => type.typeName === typeName);
    return index < 0 ? undefined : index;
  }
}
