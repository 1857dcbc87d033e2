import type { TopicName } from '@driftloop/schemas';
import { isSpanContextValid, ROOT_CONTEXT, type Span, type SpanContext, trace } from '@opentelemetry/api';

/** A W3C `traceparent`, version 00: 00-<trace>-<span>-<flags>. */
const SAMPLED = 1;

/**
 * The place of a trace that a record is at; undefined where the trace is not sampled (then nobody
 * wants its spans) or is none.
 */
export function placeOf(text: string | undefined): SpanContext | undefined {
  const [, traceId = '', spanId = '', flags = ''] = text?.split('-') ?? [];
  const traceFlags = Number.parseInt(flags, 16);
  const place = { traceId, spanId, traceFlags, isRemote: true };
  return (traceFlags & SAMPLED) === SAMPLED && isSpanContextValid(place) ? place : undefined;
}

/** A span's own `traceparent`; undefined of a span that nobody sees. */
export function textOf(span: Span): string | undefined {
  const place = span.spanContext();
  if (!isSpanContextValid(place)) return undefined;
  return `00-${place.traceId}-${place.spanId}-${place.traceFlags.toString(16).padStart(2, '0')}`;
}

/** A context whose spans follow from that place. */
export function below(place: SpanContext | undefined) {
  return place ? trace.setSpanContext(ROOT_CONTEXT, place) : ROOT_CONTEXT;
}

/** What spans of a record say, whether it is sent or processed. */
export function attributesOf(operation: 'send' | 'process', topic: TopicName, model: string) {
  return {
    'messaging.system': 'kafka',
    'messaging.operation.type': operation,
    'messaging.destination.name': topic,
    'driftloop.model': model,
  };
}

/**
 * Without an SDK that was registered, what it gives stands for the place above it and costs
 * nothing.
 */
export function tracer() {
  return trace.getTracer('driftloop');
}
