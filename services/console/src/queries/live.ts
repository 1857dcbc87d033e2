import type { QueryClient } from '@tanstack/react-query';

/** Without events what is shown is asked for so often, ms. */
const POLL_MS = 3_000;
/** With events only what makes none is looked for: traffic, lag. */
const BESIDE_EVENTS_MS = 15_000;
/** Events that come together are answered by one look. */
const GATHER_MS = 250;

let isFollowing = false;

/** How often a view of now is asked for, ms. */
export function liveInterval(): number {
  return isFollowing ? BESIDE_EVENTS_MS : POLL_MS;
}

/** Which queries an event makes stale, by the first part of their keys. */
const STALE: Readonly<Record<string, readonly string[]>> = {
  version: ['overview', 'models', 'history', 'performance'],
  verdict: ['overview', 'verdicts', 'drift', 'evidence'],
  command: ['overview', 'commands', 'verdicts'],
  letter: ['overview', 'letters', 'letter'],
};

/**
 * Follows the gateway's events and has what they are about asked for again. While there are none
 * to follow, queries poll.
 *
 * @returns what ends it
 */
export function followEvents(queries: QueryClient): () => void {
  const source = new EventSource('/events');
  const stale = new Set<string>();
  let gathering: number | undefined;
  const look = () => {
    gathering = undefined;
    for (const key of stale) void queries.invalidateQueries({ queryKey: [key] });
    stale.clear();
  };
  source.onopen = () => {
    isFollowing = true;
  };
  source.onerror = () => {
    isFollowing = false;
  };
  for (const [event, keys] of Object.entries(STALE)) {
    source.addEventListener(event, () => {
      for (const key of keys) stale.add(key);
      gathering ??= window.setTimeout(look, GATHER_MS);
    });
  }
  return () => {
    isFollowing = false;
    window.clearTimeout(gathering);
    source.close();
  };
}
