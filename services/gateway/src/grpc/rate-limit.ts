const WINDOW_MS = 60_000;

/**
 * Counts calls per minute and client, as the HTTP API does.
 *
 * @returns whether a call of this client may pass now
 */
export function createRateLimit(perMinute: number): (client: string, now: number) => boolean {
  const calls = new Map<string, number>();
  let until = 0;
  return (client, now) => {
    if (now >= until) {
      calls.clear();
      until = now + WINDOW_MS;
    }
    const count = (calls.get(client) ?? 0) + 1;
    calls.set(client, count);
    return count <= perMinute;
  };
}
