import type { IncomingHttpHeaders } from 'node:http';

/** The trace that a caller has begun, W3C Trace Context; undefined where it has none. */
export function traceparentOf(headers: IncomingHttpHeaders): string | undefined {
  return headers.traceparent === undefined ? undefined : String(headers.traceparent);
}
