/** Which versions lie side by side. */
export interface VersionsSearch {
  readonly left?: number;
  readonly right?: number;
}

/** Reads it; what is no version is left out. */
export function versionsSearch(search: Record<string, unknown>): VersionsSearch {
  return Object.fromEntries(
    (['left', 'right'] as const).flatMap((name) => {
      const value = Number(search[name]);
      return Number.isInteger(value) && value > 0 ? [[name, value]] : [];
    }),
  );
}
