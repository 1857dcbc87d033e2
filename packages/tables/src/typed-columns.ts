import { DriftloopError } from '@driftloop/errors';
import { type CellBuilder, createCellBuilder } from './cells/cells.ts';
import { columnsOfTyped, type DecidedColumns } from './columns-of.ts';

/** Collects values that have types; objects become columns with dotted names. */
export interface TypedColumns {
  /** @throws DriftloopError REQUEST_INVALID where a row has a column twice */
  set(row: number, name: string, value: unknown): void;
  finish(rows: number): DecidedColumns;
}

/**
 * Makes columns that come as they are first seen.
 *
 * @param where says where a row is in the file
 */
export function createTypedColumns(
  where: (row: number) => string,
  isMissing: (text: string) => boolean,
): TypedColumns {
  const builders = new Map<string, CellBuilder>();
  function builderOf(row: number, name: string): CellBuilder {
    let builder = builders.get(name);
    if (builder === undefined) {
      builder = createCellBuilder(name);
      builders.set(name, builder);
    }
    if (builder.isSet(row))
      throw new DriftloopError('REQUEST_INVALID', `${where(row)}: column '${name}' is there twice.`);
    return builder;
  }
  function set(row: number, given: string, value: unknown): void {
    const name = given.trim();
    if (value !== null && typeof value === 'object' && !isLeaf(value)) {
      for (const [key, inner] of Object.entries(value)) set(row, `${name}.${key}`, inner);
      return;
    }
    const builder = builderOf(row, name);
    if (value === null || value === undefined) return;
    if (typeof value === 'number') builder.setNumber(row, value);
    else if (typeof value === 'boolean') builder.setTyped(row, 'boolean', String(value));
    else if (typeof value === 'bigint') setInteger(builder, row, value);
    else if (value instanceof Date) builder.setDate(row, value.getTime());
    else if (typeof value !== 'string') builder.setTyped(row, 'nested', JSON.stringify(listOf(value)) ?? '');
    else if (!isMissing(value.trim())) builder.setText(row, value.trim());
  }
  return {
    set,
    finish: (rows) => columnsOfTyped([...builders.values()].map((builder) => builder.finish(rows))),
  };
}

/** Lists of numbers may come as typed arrays, which JSON would write as objects. */
function listOf(value: unknown): unknown {
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? Array.from(value as unknown as ArrayLike<number>)
    : value;
}

function isLeaf(value: object): boolean {
  return Array.isArray(value) || value instanceof Date || ArrayBuffer.isView(value);
}

/** Whole numbers beyond what a double holds are ids, and stay what they are. */
function setInteger(builder: CellBuilder, row: number, value: bigint): void {
  const number = Number(value);
  if (Number.isSafeInteger(number)) builder.setNumber(row, number);
  else builder.setText(row, String(value));
}
