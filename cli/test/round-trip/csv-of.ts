import type { Cell, RandomTable } from './random-table.ts';

/** The file of a table, in its dialect. */
export function csvOf({ features, rows, columns, dialect }: RandomTable): string {
  const { separator, quote, isAllQuoted, decimal, newline, hasBom, missing } = dialect;
  const quoted = (text: string) =>
    isAllQuoted || /[,;\t|"'\n]/.test(text)
      ? `${quote}${text.replaceAll(quote, quote + quote)}${quote}`
      : text;
  const lines = [[columns.label, ...features.map(({ name }) => name), columns.time, columns.id].map(quoted)];
  let place = 0;
  const written = (cell: Cell) => {
    if (cell === undefined) return missing[place++ % missing.length] ?? '';
    return quoted(typeof cell === 'number' ? String(cell).replace('.', decimal) : cell);
  };
  for (const { id, time, cells, label } of rows)
    lines.push([label, ...cells, new Date(time).toISOString(), id].map(written));
  return `${hasBom ? '\ufeff' : ''}${lines.map((cells) => cells.join(separator)).join(newline)}${newline}`;
}
