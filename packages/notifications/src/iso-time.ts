const LATEST = 8.64e15;

/** ISO 8601 of any number that a record may hold. @param at epoch ms */
export function isoTime(at: number): string {
  return new Date(Math.max(-LATEST, Math.min(LATEST, at))).toISOString();
}
