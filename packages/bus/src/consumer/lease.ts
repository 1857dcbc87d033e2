/**
 * Share of the session timeout that is left to others: clocks differ a little, and what is decided
 * must still be written.
 */
const MARGIN = 0.1;

/**
 * How long a member may act on its partitions. The group gives them to someone else when it has
 * heard nothing for the session timeout; so a member that has not been answered for a little less
 * must take them for lost, without being told. A process that was stopped (SIGSTOP, a paused
 * machine) and goes on finds its lease expired before it writes anything.
 */
export class Lease {
  readonly #lengthMs: number;
  #renewedAt: Moment;

  /** @param since when something was last sent to the group that it has answered */
  constructor(sessionTimeoutMs: number, since: Moment) {
    this.#lengthMs = sessionTimeoutMs * (1 - MARGIN);
    this.#renewedAt = since;
  }

  /** The group has answered what was sent at `sentAt`. */
  renew(sentAt: Moment): void {
    this.#renewedAt = sentAt;
  }

  get expired(): boolean {
    return ageMs(this.#renewedAt) > this.#lengthMs;
  }
}

/**
 * A moment on two clocks: the monotonic one stands still while a machine sleeps, the other may be
 * set.
 */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** Now. */
export function moment(): Moment {
  return { monotonicMs: performance.now(), wallMs: Date.now() };
}

/** Milliseconds since then, on the clock that has moved more. */
export function ageMs({ monotonicMs, wallMs }: Moment): number {
  return Math.max(performance.now() - monotonicMs, Date.now() - wallMs);
}
