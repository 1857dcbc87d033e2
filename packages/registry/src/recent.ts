/**
 * Keeps the results of recent loads. Two who ask for the same at the same time share one load; a
 * failed load is forgotten.
 *
 * @param capacity least recently used ones beyond it are dropped
 */
export function createRecent<T>(capacity: number): (key: string, load: () => Promise<T>) => Promise<T> {
  const recent = new Map<string, Promise<T>>();
  return (key, load) => {
    const found = recent.get(key) ?? load();
    recent.delete(key);
    recent.set(key, found);
    const [oldest] = recent.keys();
    if (recent.size > capacity && oldest !== undefined) recent.delete(oldest);
    found.catch(() => {
      if (recent.get(key) === found) recent.delete(key);
    });
    return found;
  };
}
