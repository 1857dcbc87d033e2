import { DriftloopError } from '@driftloop/errors';
import type { ReadOptions } from '../column-table.ts';

/** What is between and around the cells of a CSV file. */
export interface Dialect {
  readonly separator: string;
  readonly quote: string;
}

const SEPARATORS = [',', ';', '\t', '|'] as const;
const MOST_LINES = 100;

/**
 * Finds the dialect of a file in its first lines: the separator that splits all of them into
 * equally many cells, at least two; the quote that cells begin with.
 *
 * @param head whole lines
 * @throws DriftloopError REQUEST_INVALID where two separators split the lines alike
 */
export function findDialect(path: string, head: string, options: ReadOptions): Dialect {
  const quote = options.quote ?? quoteIn(head);
  if (options.separator !== undefined) return { separator: options.separator, quote };
  const counts = SEPARATORS.map((separator) => ({ separator, ...cellsPerLine(head, separator, quote) }));
  const even = counts.filter(({ cells, isEven }) => isEven && cells > 1);
  // Where rows are uneven the header decides; reading then says which row is.
  const found = even.length > 0 ? even : counts;
  const most = Math.max(...found.map(({ cells }) => cells));
  const best = found.filter(({ cells }) => cells === most);
  const [first, second] = best;
  if (first === undefined || most < 2) return { separator: ',', quote };
  if (second !== undefined)
    throw new DriftloopError(
      'REQUEST_INVALID',
      `${path}: both '${first.separator}' and '${second.separator}' split every line into ${most} cells. Say which it is: --separator '${first.separator}' or --separator '${second.separator}'.`,
    );
  return { separator: first.separator, quote };
}

/** The quote that cells begin with, double ones unless only single ones do. */
function quoteIn(head: string): string {
  const cell = (quote: string) =>
    new RegExp(`(^|[,;\\t|])\\s*${quote}[^${quote}\\n]*${quote}\\s*([,;\\t|]|\\r?$)`, 'm');
  return !cell('"').test(head) && cell("'").test(head) ? "'" : '"';
}

function cellsPerLine(head: string, separator: string, quote: string): { cells: number; isEven: boolean } {
  let [cells, first, lines] = [1, 0, 0];
  let isQuoted = false;
  let isEven = true;
  const endLine = (isBlank: boolean) => {
    if (isBlank) return;
    if (lines === 0) first = cells;
    else isEven &&= cells === first;
    lines += 1;
    cells = 1;
  };
  let lineStart = 0;
  for (let at = 0; at < head.length && lines < MOST_LINES; at++) {
    const sign = head[at];
    if (sign === quote) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (sign === separator) cells += 1;
    else if (sign === '\n') {
      endLine(head.slice(lineStart, at).trim() === '');
      lineStart = at + 1;
    }
  }
  if (lines < MOST_LINES) endLine(head.slice(lineStart).trim() === '');
  return { cells: first, isEven };
}
