/**
 * Advisories that do not concern driftloop, by their URL, each with the reason: whoever adds one
 * has read it.
 */
export const ACCEPTED: ReadonlyMap<string, string> = new Map();
