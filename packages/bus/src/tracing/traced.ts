import type { TopicName } from '@driftloop/schemas';
import { type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ConsumeOptions } from '../consumer/consume-options.ts';
import type { BusRecord } from '../records.ts';
import { createScope, modelOf, noteTrace, type TraceScope, within } from './scope.ts';
import { attributesOf, below, placeOf, textOf, tracer } from './trace-text.ts';

/** Records of a batch that get spans; others are handled as those without a trace. */
const MOST_SPANS = 100;

/**
 * A consumer whose sampled records each get a span while their batch is in hand, in their own
 * trace. What the handlers write meanwhile, and later, is carried on in the newest of them.
 */
export function tracedConsume<T extends TopicName>(options: ConsumeOptions<T>): ConsumeOptions<T> {
  const scope = createScope();
  const { onBatch, onIdle, onRelease, group } = options;
  return {
    ...options,
    async onBatch(batch) {
      const { records, end } = openSpans(batch.records, group, scope);
      try {
        const outcome = await within(scope, () => onBatch({ ...batch, records }));
        end();
        const write = outcome.write?.bind(outcome);
        return write ? { ...outcome, write: () => within(scope, write) } : outcome;
      } catch (error) {
        end(error);
        throw error;
      }
    },
    ...(onIdle ? { onIdle: (...given) => within(scope, () => onIdle(...given)) } : {}),
    ...(onRelease ? { onRelease: (...given) => within(scope, () => onRelease(...given)) } : {}),
  };
}

/** The same for a topic that is followed. Records from before the begin get no spans. */
export function tracedFollow<T extends TopicName>(
  onRecords: (records: BusRecord<T>[]) => void | Promise<void>,
): (records: BusRecord<T>[]) => void | Promise<void> {
  const since = Date.now();
  return (all) => {
    if (!all.some(({ trace, timestamp }) => trace !== undefined && timestamp >= since)) return onRecords(all);
    const scope = createScope();
    const { records, end } = openSpans(all, undefined, scope, since);
    end();
    return within(scope, () => onRecords(records));
  };
}

function openSpans<T extends TopicName>(
  records: BusRecord<T>[],
  group: string | undefined,
  scope: TraceScope,
  since = 0,
): { records: BusRecord<T>[]; end(error?: unknown): void } {
  if (!records.some(({ trace }) => trace !== undefined)) return { records, end: () => undefined };
  const spans: Span[] = [];
  const traced = records.map((record) => {
    const { trace, topic, partition, offset, timestamp, value } = record;
    if (trace === undefined || spans.length === MOST_SPANS || timestamp < since) return record;
    const place = placeOf(trace);
    if (!place) return record;
    const span = tracer().startSpan(
      `process ${topic}`,
      {
        kind: SpanKind.CONSUMER,
        attributes: {
          ...attributesOf('process', topic, modelOf(value)),
          'messaging.destination.partition.id': String(partition),
          'messaging.kafka.offset': offset,
          ...(group === undefined ? {} : { 'messaging.consumer.group.name': group }),
        },
      },
      below(place),
    );
    spans.push(span);
    const own = textOf(span) ?? trace;
    noteTrace(scope, modelOf(value), own);
    return { ...record, trace: own };
  });
  return {
    records: spans.length > 0 ? traced : records,
    end(error) {
      for (const span of spans) {
        if (error !== undefined) {
          span.recordException(error instanceof Error ? error : String(error));
          span.setStatus({ code: SpanStatusCode.ERROR });
        }
        span.end();
      }
    },
  };
}
