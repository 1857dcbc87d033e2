import type { Column } from '@driftloop/tables';

/** Texts that may stand for a missing value among numbers; more of them are categories. */
const MOST_MARKS = 3;
/** Numbers in any dialect; codes such as 007 are none. */
const NUMBER = /^[+-]?(?!0\d)\d[\d.,' ]*(e[+-]?\d+)?$/i;

/**
 * The texts that keep a column from being numbers, where they are few: `n.a.` or `-` for a value
 * that is missing. Empty where it is numbers, or clearly none.
 *
 * @param counts how often the column has each text
 */
export function numbersButFor({ kind }: Column, counts: ReadonlyMap<string, number>): readonly string[] {
  if (kind !== 'text') return [];
  const marks = [...counts.keys()].filter((text) => !NUMBER.test(text));
  // A text with a digit is a code or another number, not a word for what is missing.
  if (marks.some((text) => /\d/.test(text))) return [];
  return marks.length <= MOST_MARKS && counts.size > 3 * marks.length ? marks : [];
}
