/** Which request is looked up. */
export interface RequestSearch {
  readonly id?: string;
}

/** Reads it. */
export function requestSearch({ id }: Record<string, unknown>): RequestSearch {
  // An id of digits alone comes as a number.
  if (typeof id !== 'string' && typeof id !== 'number') return {};
  return id === '' ? {} : { id: String(id) };
}
