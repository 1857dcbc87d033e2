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

/** What a record of payload.events has room for, also where the topic read allows more. */
const MOST_BODY_BYTES = 900_000;
const MOST_CHARACTERS = 256;

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
  let times: unknown[] = [headers['ce-time']];
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
function timesIn(body: string): unknown[] {
  const parsed = JSON.parse(body) as { time?: unknown } | { time?: unknown }[];
  return (Array.isArray(parsed) ? parsed : [parsed]).map(({ time }) => time);
}

function halfOf(event: CloudEvent, said: unknown, body: Uint8Array): LoggedHalf {
  // Types may be called like what every object has.
  const isKnown = typeof event.type === 'string' && Object.hasOwn(HALVES, event.type);
  const half = isKnown ? HALVES[event.type] : undefined;
  if (half === undefined)
    throw invalid(
      `its type is ${typeof event.type === 'string' ? `'${event.type}'` : 'no text'}; read are ${Object.keys(HALVES).join(', ')}`,
    );
  const text = (name: string) => {
    const value = event[name];
    return typeof value === 'string' ? kept(name, value) : '';
  };
  // Seldon's events have ids of their own, and the request's beside.
  const callId = text('requestid') || text('id');
  if (!callId) throw invalid('it has no id');
  if (body.length > MOST_BODY_BYTES)
    throw invalid(`its data has ${body.length} bytes, at most ${MOST_BODY_BYTES} fit into a record`);
  const time = typeof said === 'string' ? Date.parse(said) : Number.NaN;
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

/** Names and ids become keys, and parts of each request: they are bounded and must be text. */
function kept(name: string, value: string): string {
  if (value.length > MOST_CHARACTERS)
    throw invalid(`its ${name} has ${value.length} characters, at most ${MOST_CHARACTERS} are kept`);
  if (!value.isWellFormed()) throw invalid(`its ${name} has half a character (one of two \\u escapes)`);
  return value;
}

function dataOf({ data }: CloudEvent): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (typeof data === 'string') return new TextEncoder().encode(data);
  try {
    return new TextEncoder().encode(JSON.stringify(data ?? null));
  } catch {
    throw invalid('its data is nested too deeply');
  }
}

function invalid(what: string): DriftloopError {
  return new DriftloopError('PAYLOAD_INVALID', `The event cannot be read: ${what}.`);
}
