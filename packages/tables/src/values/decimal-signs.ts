import type { Cells } from '../cells/cells.ts';
import { type Decimal, isCode, mayBeThousands, parseNumber } from './numbers.ts';

/** How the numbers of a column may be read. */
export type Reading =
  /** Only with that sign. */
  | Decimal
  /** Without any sign, or alike with both. */
  | 'either'
  /** `1.234` or `1,234` throughout: what the sign is, only the rest of the file tells. */
  | 'thousands or decimals'
  | 'no numbers';

/** How the numbers of a column may be read, over all its rows. */
export function readingOf({ numbers, codes, texts }: Cells): Reading {
  if (texts.some(isCode)) return 'no numbers';
  const readable = { '.': true, ',': true };
  let hasSign = false;
  for (const text of texts) {
    hasSign ||= /[.,]/.test(text);
    for (const decimal of ['.', ','] as const)
      readable[decimal] &&= !Number.isNaN(parseNumber(text, decimal));
    if (!readable['.'] && !readable[',']) return 'no numbers';
  }
  // What is kept as a number was written with a point.
  for (let row = 0; row < numbers.length && readable[',']; row++) {
    const value = numbers[row] as number;
    if ((codes?.[row] ?? 0) !== 0 || Number.isNaN(value) || Number.isInteger(value)) continue;
    const text = String(value);
    if (!text.includes('.')) continue;
    hasSign = true;
    if (!mayBeThousands(text)) readable[','] = false;
  }
  if (!readable['.']) return readable[','] ? ',' : 'no numbers';
  if (!readable[',']) return '.';
  return hasSign ? 'thousands or decimals' : 'either';
}

/** How one column's numbers are read, and what is to be told of it. */
export interface SignTaken {
  /** Undefined where the column is no numbers. */
  readonly decimal?: Decimal;
  readonly told?: string;
}

/** The decimal sign of a file: that of the columns that can be read with one sign only. */
export function fileDecimal(readings: readonly Reading[]): Decimal | undefined {
  const [hasPoint, hasComma] = [readings.includes('.'), readings.includes(',')];
  if (hasPoint === hasComma) return undefined;
  return hasPoint ? '.' : ',';
}

/**
 * The decimal sign by which a column is read.
 *
 * @param file the sign of the rest of the file, where it has one
 * @param named the sign that the user says
 */
export function signOf(cells: Cells, reading: Reading, file?: Decimal, named?: Decimal): SignTaken {
  if (reading === 'no numbers') return {};
  if (reading === 'either') return { decimal: '.' };
  if (reading !== 'thousands or decimals')
    return named === undefined || named === reading ? { decimal: reading } : {};
  const sign = signIn(cells);
  const decimal = named ?? file;
  if (decimal !== undefined) {
    const told = `'${sign}' between thousands in ${cells.name}`;
    return decimal === sign ? { decimal } : { decimal, told };
  }
  if (sign === '.') return { decimal: '.' };
  return {
    told: `${cells.name} is text: 1,234 may be a thousand or a decimal comma (--decimal . or --decimal , says which)`,
  };
}

function signIn({ texts }: Cells): Decimal {
  return texts.some((text) => text.includes(',')) ? ',' : '.';
}
