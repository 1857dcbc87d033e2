import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CloudEvent, HTTP, Kafka } from 'cloudevents';
import { createModelNames } from '../src/events/model-names.ts';
import { type EventMessage, readEvents } from '../src/events/read-events.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (body: Uint8Array) => new TextDecoder().decode(body);
const refused = (message: EventMessage, reason: RegExp) =>
  assert.throws(() => readEvents(message), { code: 'PAYLOAD_INVALID', message: reason });

/**
 * As KServe's logger sends it: pkg/logger/worker.go sets these attributes in binary mode; the
 * values are those of docs/samples/logger/basic/README.md of github.com/kserve/kserve.
 */
const KSERVE = {
  headers: {
    'ce-specversion': '1.0',
    'ce-id': '0009174a-24a8-4603-b098-09c8799950e9',
    'ce-source': 'http://localhost:9081/',
    'ce-type': 'org.kubeflow.serving.inference.request',
    'ce-time': '2021-04-10T00:23:26.0789529Z',
    'ce-recordedtime': '2021-04-10T00:23:26.0801Z',
    'ce-inferenceservicename': 'sklearn-iris',
    'ce-namespace': 'default',
    'ce-component': 'predictor',
    'ce-endpoint': '',
    'ce-metadata': '{}',
    'content-type': 'application/json',
  },
  body: bytes('{"instances": [[6.8, 2.8, 4.8, 1.4], [6.0, 3.4, 4.5, 1.6]]}'),
};
const KSERVE_HALF = {
  callId: '0009174a-24a8-4603-b098-09c8799950e9',
  half: 'request',
  namespace: 'default',
  service: 'sklearn-iris',
  endpoint: '',
  time: Date.parse('2021-04-10T00:23:26.078Z'),
  body: KSERVE.body,
};

test("KServe's events over HTTP, in binary mode, are taken with their bodies as they are", () => {
  assert.deepEqual(readEvents(KSERVE), [KSERVE_HALF]);
});

test("Seldon's events have ids of their own, and the request's beside (executor/logger/worker.go)", () => {
  const headers = {
    'Ce-Specversion': '1.0',
    'Ce-Id': 'b5c1',
    'Ce-Source': 'http://localhost:8000/',
    'Ce-Type': 'io.seldon.serving.inference.response',
    'Ce-Requestid': 'a8ea9850-7102-42c7-80d0-a6c26f1d8159',
    'Ce-Modelid': 'classifier',
    'Ce-Inferenceservicename': 'income',
    'Ce-Namespace': 'seldon',
    'Ce-Endpoint': 'canary',
    'Content-Type': 'application/json',
  };
  const [half] = readEvents({ headers, body: bytes('{"data":{"ndarray":[[0.2]]}}') });
  const { body: _, ...rest } = half ?? assert.fail();
  assert.deepEqual(rest, {
    callId: 'a8ea9850-7102-42c7-80d0-a6c26f1d8159',
    half: 'response',
    namespace: 'seldon',
    service: 'income',
    endpoint: 'canary',
    time: -1,
  });
});

test("what Seldon's executor writes to Kafka has headers without a prefix", () => {
  const headers = {
    type: 'io.seldon.serving.inference.request',
    'content-type': 'application/json',
    modelid: 'classifier',
    requestid: 'r-1',
    inferenceservicename: 'income',
    namespace: 'seldon',
    endpoint: 'default',
    protocol: 'seldon',
  };
  const [half] = readEvents({ headers, body: bytes('{}') });
  assert.equal(half?.callId, 'r-1');
  assert.equal(half?.half, 'request');
  assert.equal(half?.service, 'income');
  assert.equal(textOf(half.body), '{}');
});

const EVENT = new CloudEvent<unknown>({
  specversion: '1.0',
  id: '0009174a-24a8-4603-b098-09c8799950e9',
  source: 'http://localhost:9081/',
  type: 'org.kubeflow.serving.inference.request',
  time: '2021-04-10T00:23:26.078Z',
  datacontenttype: 'application/json',
  inferenceservicename: 'sklearn-iris',
  namespace: 'default',
  data: { instances: [[6.8, 2.8, 4.8, 1.4]] },
});

test('structured, batched, and both modes on Kafka say the same', () => {
  const structured = HTTP.structured(EVENT);
  const json = String(structured.body);
  const binary = Kafka.binary({ ...EVENT, partitionkey: 'p' });
  const messages: EventMessage[] = [
    { headers: structured.headers as Record<string, string>, body: bytes(json) },
    { headers: { 'content-type': 'application/cloudevents-batch+json' }, body: bytes(`[${json}]`) },
    { headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' }, body: bytes(json) },
    { headers: binary.headers as Record<string, string>, body: bytes(JSON.stringify(binary.value)) },
  ];
  for (const message of messages) {
    const [half] = readEvents(message);
    assert.deepEqual(JSON.parse(textOf(half?.body ?? bytes(''))), EVENT.data);
    assert.deepEqual({ ...half, body: KSERVE.body }, KSERVE_HALF);
  }
});

test('what is no event of a call is refused with what it is', () => {
  refused({ headers: { 'content-type': 'application/json' }, body: bytes('{}') }, /neither ce-id nor/);
  refused({ headers: { 'content-type': 'application/cloudevents+json' }, body: bytes('{') }, /no CloudEvent/);
  refused(
    { ...KSERVE, headers: { ...KSERVE.headers, 'ce-type': 'io.seldon.serving.feedback' } },
    /its type is 'io\.seldon\.serving\.feedback'/,
  );
});

test('a service is the model of its name, or of the one that is set, by namespace where it is said', () => {
  const modelOf = createModelNames(['prod/iris=flowers', 'iris=test-flowers']);
  assert.equal(modelOf({ namespace: 'prod', service: 'iris' }), 'flowers');
  assert.equal(modelOf({ namespace: 'test', service: 'iris' }), 'test-flowers');
  assert.equal(modelOf({ namespace: 'prod', service: 'fraud' }), 'fraud');
});

test('no event ends the service: types, ids and data that cannot be kept are refused', () => {
  const binary = (headers: object) => ({ ...KSERVE, headers: { ...KSERVE.headers, ...headers } });
  const structured = (event: object | string) => ({
    headers: { 'content-type': 'application/cloudevents+json' },
    body: bytes(typeof event === 'string' ? event : JSON.stringify(event)),
  });
  const event = { specversion: '1.0', id: 'x', source: 's', type: 'org.kubeflow.serving.inference.request' };
  refused(binary({ 'ce-type': 'constructor' }), /type is 'constructor'/);
  refused(binary({ 'ce-id': 'x'.repeat(257) }), /id has 257 characters/);
  refused(binary({ 'ce-endpoint': 'x'.repeat(257) }), /endpoint has 257 characters/);
  refused({ ...KSERVE, body: new Uint8Array(900_001) }, /900001 bytes/);
  refused(structured({ ...event, id: '\ud800' }), /id has half a character/);
  refused(structured({ ...event, inferenceservicename: '\udc00' }), /inferenceservicename has half/);
  const withData = (data: string) => structured(JSON.stringify({ ...event, data: 'D' }).replace('"D"', data));
  // As JSON again it is more than it was.
  refused(withData(`[${'1e20,'.repeat(50_000)}1]`), /bytes/);
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  refused(withData(deep), /nested too deeply/);
  // A time that is none is as if it were not there.
  assert.equal(readEvents(structured({ ...event, time: 5 }))[0]?.time, -1);
});
