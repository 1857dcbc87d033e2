import avsc from 'avsc';

/**
 * What avsc's types look like to avsc itself. Its typings leave these out, though a custom type
 * (`typeHook`) needs them; this is the one place where they are added. The version is pinned.
 */

/** A cursor over a buffer. Reading past the end is noticed afterwards, by `pos > buf.length`. */
export interface Tap {
  readonly buf: Buffer;
  pos: number;
  readLong(): number;
  readString(): string;
  skipLong(): void;
  writeLong(value: number): void;
}

/** Reads values; a type or what resolves another schema into it. */
export interface Reader {
  _read(tap: Tap): unknown;
}

/** How JSON defaults are turned into values: 2 reads them, 3 writes them. */
export interface CopyOptions {
  readonly coerce?: number;
}

/** Told about each invalid value. */
export type InvalidHook = (value: unknown, type: InternalType) => void;

/** An avsc type with what it hides. */
export interface InternalType extends avsc.Type, Reader {
  _skip(tap: Tap): void;
  _write(tap: Tap, value: unknown): void;
  _check(value: unknown, flags?: unknown, hook?: InvalidHook, path?: string[]): boolean;
  _copy(value: unknown, options?: CopyOptions): unknown;
  _update(resolver: Partial<Reader>, writer: InternalType, options: unknown): void;
}

/** Options of `Type.forSchema`, passed on to nested types. */
export type TypeOptions = Parameters<typeof avsc.Type.forSchema>[1];

type Constructor<T> = new (schema: unknown, options: TypeOptions) => T;

export const ArrayType = avsc.types.ArrayType as unknown as Constructor<
  InternalType & { readonly itemsType: InternalType }
>;
export const MapType = avsc.types.MapType as unknown as Constructor<
  InternalType & { readonly valuesType: InternalType }
>;
export const BytesType = avsc.types.BytesType as unknown as new () => InternalType;
export const StringType = avsc.types.StringType as unknown as new () => InternalType;
export const LongType = avsc.types.LongType as unknown as new () => InternalType;
export const UnwrappedUnionType = avsc.types.UnwrappedUnionType as unknown as Constructor<
  InternalType & {
    readonly types: readonly InternalType[];
    _getIndex(value: unknown): number | undefined;
  }
>;

/** Whether a type is a record, whose instances are made by `recordConstructor`. */
export function isRecordType(
  type: avsc.Type,
): type is avsc.types.RecordType & { readonly recordConstructor: { prototype: object } } {
  return type.typeName === 'record';
}
