import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

/** kafkajs's own interval for requests that wait for others in flight, ms. */
const PENDING_INTERVAL_MS = 10;

/**
 * kafkajs 2.2.4 looks for waiting requests by a timer that it sets again each time, also when
 * nothing waits and nothing throttles; the time until then is negative, which Node takes as 1 ms.
 * Every connection so wakes its process a thousand times a second, for a twentieth of a core in a
 * service that does nothing. Here the timer is set only when there is something to look for.
 */
export function quietRequestQueue(): void {
  RequestQueue.prototype.scheduleCheckPendingRequests = function schedule() {
    const throttledMs = this.throttledUntil - Date.now();
    if (this.throttleCheckTimeoutId || (throttledMs <= 0 && this.pending.length === 0)) return;
    const waitMs = throttledMs > 0 ? throttledMs : PENDING_INTERVAL_MS;
    this.throttleCheckTimeoutId = setTimeout(() => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    }, waitMs);
  };
}
