import type { Column, ColumnKind } from './column-table.ts';

const WORDS: readonly (readonly [ColumnKind, string])[] = [
  ['number', 'numbers'],
  ['text', 'text'],
  ['boolean', 'true or false'],
  ['time', 'times'],
  ['nested', 'lists'],
  ['empty', 'nothing'],
];

/** How many columns there are of what. */
export function columnsTold(columns: readonly Column[]): string[] {
  return WORDS.flatMap(([kind, word]) => {
    const count = columns.filter((column) => column.kind === kind).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? 'column' : 'columns'} of ${word}`];
  });
}
