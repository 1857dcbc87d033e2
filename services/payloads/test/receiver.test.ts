import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TypedProducer } from '@driftloop/bus';
import { createLogger, createMetrics } from '@driftloop/service';
import { createModelNames } from '../src/events/model-names.ts';
import { createMeters } from '../src/meters.ts';
import { buildReceiver, requireToken } from '../src/receive/http.ts';

const EVENT = {
  'ce-specversion': '1.0',
  'ce-id': 'c',
  'ce-source': 's',
  'ce-type': 'org.kubeflow.serving.inference.request',
  'ce-inferenceservicename': 'iris',
  'content-type': 'application/json',
};

function receiver(token: string) {
  const sent: string[] = [];
  const producer = {
    send: async (topic: string, records: readonly unknown[]) => void sent.push(...records.map(() => topic)),
  } as unknown as TypedProducer;
  const app = buildReceiver({
    producer,
    modelOf: createModelNames([]),
    meters: createMeters(createMetrics('payloads')),
    clock: { now: () => 0 },
    logger: createLogger({ name: 'test', level: 'silent' }),
    token,
    bodyLimitBytes: 1_024,
  });
  const post = async (headers: Record<string, string>, url = '/', payload = '{"instances": []}') =>
    (await app.inject({ method: 'POST', url, headers: { ...EVENT, ...headers }, payload })).statusCode;
  return { sent, post };
}

test('beyond this machine events are taken with a token, or when somebody says from everybody', () => {
  const at = (host: string, token = '', open = false) =>
    requireToken({ PAYLOADS_HOST: host, PAYLOADS_TOKEN: token, PAYLOADS_OPEN: open });
  for (const host of ['127.0.0.1', '::1', 'localhost']) at(host);
  at('0.0.0.0', 'secret');
  at('0.0.0.0', '', true);
  for (const host of ['0.0.0.0', '::', 'payloads'])
    assert.throws(() => at(host), { code: 'CONFIG_INVALID', message: /PAYLOADS_TOKEN.*PAYLOADS_OPEN/ });
});

test('the token stands in the header or the URL; without it nothing is read or written', async () => {
  const { sent, post } = receiver('secret');
  assert.equal(await post({ authorization: 'Bearer secret' }), 202);
  assert.equal(await post({}, '/?token=secret'), 202);
  assert.deepEqual(sent, ['payload.events', 'payload.events']);
  for (const [headers, url] of [
    [{}, '/'],
    [{ authorization: 'Bearer other' }, '/'],
    [{}, '/?token=secret&token=secret'],
    [{}, '/?token='],
  ] as const)
    assert.equal(await post(headers, url), 401);
  // Refused before its size is looked at, and before it could become a dead letter.
  assert.equal(await post({}, '/', 'x'.repeat(2_000)), 401);
  assert.equal(await post({ 'ce-id': '', 'ce-type': '' }), 401);
  assert.equal(sent.length, 2);
  assert.equal(await post({ authorization: 'Bearer secret' }, '/', 'x'.repeat(2_000)), 413);
});
