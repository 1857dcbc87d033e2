import type { Cells } from './cells/cells.ts';
import type { Column, ColumnKind } from './column-table.ts';
import { fileDecimal, readingOf, signOf } from './values/decimal-signs.ts';
import { type Decimal, isCode, parseNumber } from './values/numbers.ts';
import { parseTimeText } from './values/time-texts.ts';

/** Columns and what was decided about them. */
export interface DecidedColumns {
  readonly columns: readonly Column[];
  /** The decimal sign of most numbers. */
  readonly decimal: Decimal;
  /** What is to be told, in a few words each. */
  readonly told: readonly string[];
}

/** Decides what the columns of a CSV file are, all of whose cells are texts. */
export function columnsOfTexts(all: readonly Cells[], named?: Decimal): DecidedColumns {
  const readings = all.map(readingOf);
  const file = fileDecimal(readings);
  const told: string[] = [];
  const columns = all.map((cells, index) => {
    const sign = signOf(cells, readings[index] ?? 'no numbers', file, named);
    if (sign.told !== undefined) told.push(sign.told);
    if (cells.texts.some(isCode) && cells.texts.every((text) => /^\d+$/.test(text)))
      told.push(`${cells.name} is text for its leading zeros`);
    return columnOf(cells, sign.decimal);
  });
  return { columns, decimal: named ?? file ?? '.', told };
}

/**
 * Columns of a file whose cells have types: a text is a text, also where it could be a number.
 */
export function columnsOfTyped(all: readonly Cells[]): DecidedColumns {
  const columns = all.map((cells) => columnOf(cells, cells.texts.length > 0 ? undefined : '.'));
  return { columns, decimal: '.', told: [] };
}

/** @param decimal by which texts are numbers; undefined where they are not */
function columnOf(cells: Cells, decimal: Decimal | undefined): Column {
  const { name, numbers, codes } = cells;
  const kind = kindOf(cells, decimal);
  const texts = kind === 'boolean' ? cells.texts.map((text) => text.toLowerCase()) : cells.texts;
  // Of texts, those whose number is the same with either sign, or has a point.
  const values = texts.map((text) =>
    decimal === undefined && text.includes(',') ? Number.NaN : parseNumber(text, decimal ?? '.'),
  );
  // Kept as 1.234, meant as 1234: the file's decimal sign is the comma.
  const isReread = kind === 'number' && decimal === ',';
  return {
    name,
    kind,
    text(row) {
      const code = codes?.[row] ?? 0;
      if (code > 0) return texts[code - 1];
      const value = numbers[row] ?? Number.NaN;
      if (Number.isNaN(value)) return undefined;
      return cells.typed.has('date') ? new Date(value).toISOString() : String(value);
    },
    number(row) {
      const code = codes?.[row] ?? 0;
      if (code > 0) return values[code - 1] ?? Number.NaN;
      const value = numbers[row] ?? Number.NaN;
      return isReread && !Number.isInteger(value) ? parseNumber(String(value), ',') : value;
    },
  };
}

function kindOf({ numbers, codes, texts, typed }: Cells, decimal: Decimal | undefined): ColumnKind {
  if (typed.has('nested')) return 'nested';
  const hasNumber = numbers.some((value, row) => !Number.isNaN(value) && (codes?.[row] ?? 0) === 0);
  if (texts.length === 0 && !hasNumber) return 'empty';
  if (typed.has('date')) return texts.length === 0 ? 'time' : 'text';
  if (decimal !== undefined) return 'number';
  if (hasNumber) return 'text';
  if (texts.every((text) => /^(true|false)$/i.test(text))) return 'boolean';
  return texts.every((text) => parseTimeText(text) !== undefined) ? 'time' : 'text';
}
