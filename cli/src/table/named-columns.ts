/**
 * The columns that a person names: each text is one column where the table has one of that name,
 * else names separated by commas. So a name with a comma in it can be said, too.
 *
 * @param names columns of the table
 * @param given texts as they were typed, one for each time the option was given
 */
export function namedColumns(names: readonly string[], given: readonly string[] = []): string[] {
  return given.flatMap((text) => (names.includes(text) ? [text] : separated(text)));
}

/** A name as it is typed in a shell. */
export function typed(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

function separated(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
