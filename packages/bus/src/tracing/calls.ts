import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { below, placeOf, textOf, tracer } from './trace-text.ts';

/**
 * Carries a call of a caller out under a span: in the caller's trace, where it has one, or else in
 * a new one as the sampler has it.
 *
 * @param traceparent what the caller sent
 * @param work given the `traceparent` for what it sends; what the caller sent where nobody traces
 */
export async function tracedCall<R>(
  name: string,
  traceparent: string | undefined,
  work: (trace: string | undefined) => Promise<R>,
): Promise<R> {
  const place = placeOf(traceparent);
  // Not sampled by its caller: passed on as it is.
  if (traceparent !== undefined && !place) return work(traceparent);
  const span = tracer().startSpan(name, { kind: SpanKind.SERVER }, below(place));
  try {
    return await work(textOf(span) ?? traceparent);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
