/** Remembers in which order things came. */
export interface Ages<Thing> {
  /** @returns the oldest thing, which goes for this one, where there are too many */
  push(thing: Thing): Thing | undefined;
}

/** @param most things that are remembered; none where there is no limit */
export function createAges<Thing>(most: number): Ages<Thing> {
  if (most === Number.POSITIVE_INFINITY) return { push: () => undefined };
  const ring: Thing[] = [];
  let next = 0;
  return {
    push(thing) {
      const oldest = ring[next];
      ring[next] = thing;
      next = (next + 1) % most;
      return oldest;
    },
  };
}
