/** What a person changed of a record. */
export interface Changes {
  /** The fields that differ; undefined where none do. */
  readonly changes?: Record<string, unknown>;
  /** Why the text is no record. */
  readonly problem?: string;
}

/** Compares a record with the text that a person made of it. Pure. */
export function changesOf(record: unknown, text: string): Changes {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    return { problem: `This is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return { problem: 'A record is an object with fields.' };
  const before = (record ?? {}) as Record<string, unknown>;
  const missing = Object.keys(before).filter((name) => !Object.hasOwn(given, name));
  if (missing.length > 0)
    return { problem: `${missing.join(', ')} is gone: give it another value, null where it has none.` };
  const changed = Object.entries(given).filter(
    ([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value),
  );
  return changed.length === 0 ? {} : { changes: Object.fromEntries(changed) };
}
