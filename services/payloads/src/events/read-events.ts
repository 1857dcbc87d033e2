import { DriftloopError } from '@driftloop/errors';
import type { PayloadHalf } from '@driftloop/schemas';
import { type CloudEventV1, HTTP } from 'cloudevents';

type CloudEvent = CloudEventV1<unknown>;

/** One half of a call as its event tells it. */
export interface LoggedHalf {
  readonly callId: string;
  readonly half: PayloadHalf;
  /** Namespace and name of what served the call; empty where the event does not say. */
  readonly namespace: string;
  readonly service: string;
  /** Which of several versions or predictors of the service answered; may be empty. */
  readonly endpoint: string;
  /** Epoch milliseconds; -1 where the event does not say. */
  readonly time: number;
  readonly body: Uint8Array;
}

/** A message over HTTP or Kafka. */
export interface EventMessage {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * KServe's logger (github.com/kserve/kserve, pkg/logger/worker.go) and Seldon's executor
 * (github.com/SeldonIO/seldon-core, executor/logger/worker.go).
 */
const HALVES: Readonly<Record<string, PayloadHalf>> = {
  'org.kubeflow.serving.inference.request': 'request',
  'org.kubeflow.serving.inference.response': 'response',
  'io.seldon.serving.inference.request': 'request',
  'io.seldon.serving.inference.response': 'response',
};

/**
 * The halves in a message: CloudEvents in binary, structured or batched mode, over HTTP or Kafka,
 * and what Seldon's executor writes to Kafka, whose headers are named without `ce_`. Pure.
 *
 * @throws DriftloopError PAYLOAD_INVALID saying what is wrong and what was expected
 */
export function readEvents(message: EventMessage): LoggedHalf[] {
  const headers = eventHeaders(message.headers);
  if (!headers['ce-id'] && !headers['content-type']?.startsWith('application/cloudevents'))
    throw invalid('it is no CloudEvent: neither ce-id nor a content type of application/cloudevents+json');
  const isStructured = !headers['ce-id'];
  let events: CloudEvent | CloudEvent[];
  let times = [headers['ce-time']];
  try {
    // In binary mode the body is taken as it is: only the call's own bytes are to be read later.
    const body = isStructured ? new TextDecoder('utf-8', { fatal: true }).decode(message.body) : '';
    if (isStructured) times = timesIn(body);
    events = HTTP.toEvent({ headers: { ...headers }, body }) as CloudEvent | CloudEvent[];
  } catch (cause) {
    throw invalid(`it is no CloudEvent: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  return (Array.isArray(events) ? events : [events]).map((event, place) =>
    halfOf(event, times[place], isStructured ? dataOf(event) : message.body),
  );
}

/** Kafka's binding has ce_id for ce-id; Seldon's executor writes no prefix at all. */
function eventHeaders(given: EventMessage['headers']): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const key = name.toLowerCase();
    headers[key.startsWith('ce_') ? `ce-${key.slice('ce_'.length)}` : key] = value;
  }
  const mediaType = headers['content-type']?.split(';')[0]?.trim() ?? '';
  // The library knows the type alone, without a charset.
  if (mediaType.startsWith('application/cloudevents')) headers['content-type'] = mediaType;
  const { type, requestid } = headers;
  if (headers['ce-id'] || type === undefined || requestid === undefined) return headers;
  const plain = ['type', 'requestid', 'modelid', 'inferenceservicename', 'namespace', 'endpoint'];
  for (const name of plain) if (headers[name] !== undefined) headers[`ce-${name}`] = headers[name] as string;
  return { ...headers, 'ce-id': requestid, 'ce-source': 'seldon', 'ce-specversion': '1.0' };
}

/**
 * The library puts the present for a time that is not there: the log must say the same each time.
 */
function timesIn(body: string): (string | undefined)[] {
  const parsed = JSON.parse(body) as { time?: string } | { time?: string }[];
  return (Array.isArray(parsed) ? parsed : [parsed]).map(({ time }) => time);
}

function halfOf(event: CloudEvent, said: string | undefined, body: Uint8Array): LoggedHalf {
  const half = HALVES[event.type];
  if (half === undefined)
    throw invalid(`its type is '${event.type}'; read are ${Object.keys(HALVES).join(', ')}`);
  const text = (name: string) => {
    const value = event[name];
    return typeof value === 'string' ? value : '';
  };
  // Seldon's events have ids of their own, and the request's beside.
  const callId = text('requestid') || event.id;
  if (!callId) throw invalid('it has no id');
  const time = said === undefined ? Number.NaN : Date.parse(said);
  return {
    callId,
    half,
    namespace: text('namespace'),
    service: text('inferenceservicename') || text('modelid'),
    endpoint: text('endpoint'),
    time: Number.isNaN(time) ? -1 : time,
    body,
  };
}

function dataOf({ data }: CloudEvent): Uint8Array {
  if (data instanceof Uint8Array) return data;
  return new TextEncoder().encode(typeof data === 'string' ? data : JSON.stringify(data ?? null));
}

function invalid(what: string): DriftloopError {
  return new DriftloopError('PAYLOAD_INVALID', `The event cannot be read: ${what}.`);
}
