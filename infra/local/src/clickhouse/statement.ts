/** What the HTTP layer must know of a statement; the engine parses it again. */
export interface Statement {
  /** The first word in capitals, e.g. `SELECT`; empty when there is none. */
  readonly verb: string;
  /** The format named by a FORMAT clause. */
  readonly format?: string;
  /** Offset behind the first `;`, when something other than space or comments follows it. */
  readonly secondStatementAt?: number;
  /** Set for `INSERT … FORMAT x`, where data follows. */
  readonly insert?: InsertHead;
}

/** The head of `INSERT INTO table (columns) SETTINGS … FORMAT x`. */
export interface InsertHead {
  /** Text up to the SETTINGS or FORMAT clause. */
  readonly target: string;
  /** The SETTINGS clause with its word, or empty. */
  readonly settings: string;
  readonly format: string;
  /** Offset where the data begin. */
  readonly dataAt: number;
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

// Space and comments; strings and quoted names with their escapes; words; any other single
// character.
const SKIPPED = String.raw`\s+|--[^\n]*|/\*.*?(?:\*/|$)|#[! ][^\n]*`;
const QUOTED = ["'", '"', '`']
  .map((q) => `${q}[^${q}\\\\]*(?:(?:\\\\.|${q}${q})[^${q}\\\\]*)*${q}?`)
  .join('|');
const WORD = String.raw`[\p{L}_][\p{L}\p{N}_$]*`;
const TOKENS = `(?:${SKIPPED})|(${QUOTED}|${WORD}|.)`;

/**
 * Reads as much of a statement as the HTTP layer needs; never fails, as the engine reports errors
 * better.
 */
export function readStatement(sql: string): Statement {
  const tokens = tokenize(sql);
  const first = tokens.next().value;
  if (first === undefined) return { verb: '' };
  const verb = first.text.toUpperCase();
  return verb === 'INSERT' ? readInsert(sql, tokens) : readOther(verb, tokens);
}

function readInsert(sql: string, tokens: Iterable<Token>): Statement {
  let depth = 0;
  let settingsAt: number | undefined;
  let formatAt: number | undefined;
  for (const { text, start, end } of tokens) {
    if (formatAt !== undefined) {
      const settings = settingsAt === undefined ? '' : sql.slice(settingsAt, formatAt);
      const target = sql.slice(0, settingsAt ?? formatAt);
      return {
        verb: 'INSERT',
        format: text,
        insert: { target, settings, format: text, dataAt: dataStart(sql, end) },
      };
    }
    if (text === '(') depth++;
    if (text === ')') depth--;
    if (depth > 0) continue;
    const word = text.toUpperCase();
    // Anything else than data: the rows come from a query, from VALUES or from a file.
    if (word === 'SELECT' || word === 'WITH' || word === 'VALUES' || word === 'INFILE')
      return { verb: 'INSERT' };
    if (word === 'SETTINGS') settingsAt = start;
    if (word === 'FORMAT') formatAt = start;
  }
  return { verb: 'INSERT' };
}

/**
 * As ClickHouse does: space, then at most one `;` and one line break belong to the statement, the
 * rest to the data.
 */
function dataStart(sql: string, from: number): number {
  const rest = /^[ \t\r]*;?[ \t\r]*\n?/.exec(sql.slice(from));
  return from + (rest?.[0].length ?? 0);
}

function readOther(verb: string, tokens: Iterable<Token>): Statement {
  let format: string | undefined;
  let afterFormat = false;
  let semicolonEnd: number | undefined;
  for (const { text, end } of tokens) {
    if (semicolonEnd !== undefined && text !== ';') return { verb, secondStatementAt: semicolonEnd };
    if (text === ';') semicolonEnd = end;
    else if (afterFormat) format = text;
    afterFormat = text.toUpperCase() === 'FORMAT';
  }
  return { verb, ...(format === undefined ? {} : { format }) };
}

function* tokenize(sql: string): Generator<Token, undefined> {
  const pattern = new RegExp(TOKENS, 'uys');
  for (let match = pattern.exec(sql); match !== null && match[0] !== ''; match = pattern.exec(sql)) {
    const text = match[1];
    if (text !== undefined) yield { text, start: match.index, end: pattern.lastIndex };
  }
  return undefined;
}
