/** The sign before decimals. */
export type Decimal = '.' | ',';

/**
 * A number as tables have it: groups of thousands by the other sign, an apostrophe or a narrow
 * space, decimals, an exponent.
 */
const FORMS: Readonly<Record<Decimal, RegExp>> = { '.': formOf('.', ','), ',': formOf(',', '.') };
const GROUPS: Readonly<Record<Decimal, RegExp>> = { '.': /[,'\u00a0\u202f ]/g, ',': /[.'\u00a0\u202f ]/g };
const INFINITE = /^([+-]?)inf(inity)?$/i;

/** The number that a text says under a decimal sign; NaN for a text that is none. */
export function parseNumber(text: string, decimal: Decimal): number {
  const infinite = INFINITE.exec(text);
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (!FORMS[decimal].test(text)) return Number.NaN;
  const plain = text.replace(GROUPS[decimal], '');
  return Number(decimal === ',' ? plain.replace(',', '.') : plain);
}

/**
 * Whether a text is a number with one sign that may be decimal or between thousands: `1.234`,
 * `1,234`.
 */
export function mayBeThousands(text: string): boolean {
  return /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/.test(text);
}

/** Whether a text is a code rather than a number: digits after a leading zero, as in `007`. */
export function isCode(text: string): boolean {
  return /^0\d/.test(text) && /^\d+$/.test(text);
}

function formOf(decimal: Decimal, other: Decimal): RegExp {
  const groups = `[1-9]\\d{0,2}([${other}'\\u00a0\\u202f ])\\d{3}(?:\\1\\d{3})*`;
  const exponent = '(?:[eE][+-]?\\d+)?';
  return new RegExp(`^[+-]?(?:(?:${groups}|\\d+)(?:[${decimal}]\\d*)?|[${decimal}]\\d+)${exponent}$`);
}
