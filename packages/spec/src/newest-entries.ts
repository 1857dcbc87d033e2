/** A map that forgets its oldest entries. */
export interface NewestEntries<Value> {
  get(key: string): Value | undefined;
  has(key: string): boolean;
  /** An entry that is known keeps its age. */
  set(key: string, value: Value): void;
  delete(key: string): void;
}

/** Keeps the newest entries. @param most how many, from 1 on */
export function createNewestEntries<Value>(most: number): NewestEntries<Value> {
  const entries = new Map<string, Value>();
  // One walk for ever: each new one would begin at the front, where a map keeps the holes of what
  // was forgotten.
  const fromOldest = entries.keys();
  return {
    get: (key) => entries.get(key),
    has: (key) => entries.has(key),
    set(key, value) {
      entries.set(key, value);
      if (entries.size <= most) return;
      const { value: oldest } = fromOldest.next();
      if (oldest !== undefined) entries.delete(oldest);
    },
    delete(key) {
      entries.delete(key);
    },
  };
}
