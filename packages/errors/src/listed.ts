/** Names that a message lists. */
const MOST_NAMES = 12;

/**
 * Names in a message, separated by commas; of more than twelve the first, and that there are more.
 */
export function listed(names: readonly (string | number)[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? `${shown}, ...` : shown;
}
