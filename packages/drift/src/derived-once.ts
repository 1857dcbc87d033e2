/**
 * What follows from an object, worked out when it is first asked for and kept as long as the object
 * is: for what is asked for every row or chunk. The object must not change.
 */
export function derivedOnce<S extends object, D>(derive: (source: S) => D): (source: S) => D {
  const known = new WeakMap<S, { readonly derived: D }>();
  return (source) => {
    const found = known.get(source) ?? { derived: derive(source) };
    known.set(source, found);
    return found.derived;
  };
}
