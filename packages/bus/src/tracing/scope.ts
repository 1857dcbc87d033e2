import { AsyncLocalStorage } from 'node:async_hooks';
import type { TopicName } from '@driftloop/schemas';
import { SpanKind } from '@opentelemetry/api';
import { attributesOf, below, placeOf, textOf, tracer } from './trace-text.ts';

/** What has come in under a sampled trace, by model: the newest. */
export interface TraceScope {
  /** Model → `traceparent`. */
  readonly newest: Map<string, string>;
  /** Topics that the newest has been carried on to, by model. */
  readonly carried: Map<string, Set<TopicName>>;
}

/**
 * Records that follow from many others, and whether each of them is another step: what is written
 * once per window is carried on once, and belongs to the first window that closes after the record.
 */
const DERIVED: Partial<Record<TopicName, 'once' | 'always'>> = {
  'drift.sketches': 'once',
  'drift.signals': 'once',
  'drift.verdicts': 'once',
  'retrain.commands': 'always',
  'training.progress': 'always',
  'model.events': 'always',
};

const scopes = new AsyncLocalStorage<TraceScope>();

/** An empty scope, for one consumer. */
export function createScope(): TraceScope {
  return { newest: new Map(), carried: new Map() };
}

/** Runs what follows from the records of a scope. */
export function within<R>(scope: TraceScope, work: () => R): R {
  return scopes.run(scope, work);
}

/** A record has come in under a trace. */
export function noteTrace({ newest, carried }: TraceScope, model: string, text: string): void {
  newest.set(model, text);
  carried.delete(model);
}

/**
 * Whether records of a topic may belong to a trace that they are not given; only within a scope.
 */
export function isDerived(topic: TopicName): boolean {
  return DERIVED[topic] !== undefined && scopes.getStore() !== undefined;
}

/**
 * The trace of a record that is written, where it is not given: that of the newest sampled record
 * that it may follow from, below a span for the sending; undefined where there is none.
 */
export function derivedTrace(topic: TopicName, value: object): string | undefined {
  const rule = DERIVED[topic];
  const scope = rule && scopes.getStore();
  if (!scope || scope.newest.size === 0) return undefined;
  const model = modelOf(value);
  const place = placeOf(scope.newest.get(model));
  if (!place) return undefined;
  if (rule === 'once' && isCarried(scope, model, topic)) return undefined;
  const span = tracer().startSpan(
    `send ${topic}`,
    {
      kind: SpanKind.PRODUCER,
      attributes: {
        ...attributesOf('send', topic, model),
        ...saidBy(value),
      },
    },
    below(place),
  );
  span.end();
  return textOf(span);
}

/**
 * Records a span that has just ended, below what the work that is under way follows from. Nothing
 * happens where that is not traced.
 *
 * @param ms how long it took
 */
export function recordStep(
  model: string,
  name: string,
  ms: number,
  attributes: Readonly<Record<string, string | number>>,
): void {
  const place = placeOf(scopes.getStore()?.newest.get(model));
  if (!place) return;
  const endTime = Date.now();
  tracer()
    .startSpan(
      name,
      { startTime: endTime - ms, attributes: { 'driftloop.model': model, ...attributes } },
      below(place),
    )
    .end(endTime);
}

/** The model that a record is about; empty where it is about none. */
export function modelOf(value: object): string {
  return 'model' in value && typeof value.model === 'string' ? value.model : '';
}

const SAID = ['state', 'action', 'kind', 'version', 'commandId'] as const;

/** What a person wants to read of a derived record. */
function saidBy(value: object): Record<string, string | number> {
  const fields = value as Readonly<Record<string, unknown>>;
  const said: Record<string, string | number> = {};
  for (const name of SAID) {
    const found = fields[name];
    if (typeof found === 'string' || typeof found === 'number') said[`driftloop.${name}`] = found;
  }
  return said;
}

/** Whether a model's newest trace was carried on to a topic before; it is from now on. */
function isCarried({ carried }: TraceScope, model: string, topic: TopicName): boolean {
  const topics = carried.get(model) ?? new Set();
  if (topics.has(topic)) return true;
  carried.set(model, topics.add(topic));
  return false;
}
