import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { validateSpec } from '@driftloop/registry';
import { createRegisterVersion } from '../src/registering/register-version.ts';
import type { ModelResource } from '../src/resources/model-resource.ts';
import { SPEC } from './spec.ts';

const ROWS = 'period,nswprice,nswdemand,vicprice,vicdemand,transfer,target\n0,1,2,3,4,5,1\n1,1,2,3,4,5,0\n';
const DESIRED = { spec: validateSpec(SPEC), key: 'kubernetes/uid/key' };
const NEVER = new AbortController().signal;

function modelOf(source: ModelResource['spec']['source']): ModelResource {
  return {
    metadata: { name: 'elec', uid: 'uid', generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { spec: SPEC, source, reference: { configMap: { name: 'x', key: 'rows.csv' }, label: 'target' } },
  };
}

function partsWith(files: Readonly<Record<string, string>>) {
  const configMap = async (_name: string, key: string) => Buffer.from(files[key] ?? '');
  return { cluster: { configMap }, store: {}, oci: {}, limitBytes: 2 ** 20 };
}

function foldersLeft(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('driftloop-model-'));
}

test('a file that is no model is refused in the words of the command, and nothing is left', async () => {
  const before = foldersLeft();
  const register = createRegisterVersion(
    partsWith({ 'm.onnx': 'no model', 'rows.csv': ROWS }),
    60_000,
    NEVER,
  );
  await assert.rejects(register(modelOf({ configMap: { name: 'x', key: 'm.onnx' } }), DESIRED), (error) => {
    assert.ok(error instanceof DriftloopError, String(error));
    assert.equal(error.code, 'MODEL_INVALID');
    assert.doesNotMatch(error.message, /^The command that tries/);
    return true;
  });
  assert.deepEqual(foldersLeft(), before);
});

test('what takes too long is given up, and what is under way ends when the operator stops', async () => {
  const before = foldersLeft();
  // It never answers.
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const model = modelOf({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/m.onnx` });
  try {
    const hurried = createRegisterVersion(partsWith({}), 50, NEVER);
    await assert.rejects(hurried(model, DESIRED), /within 0\.05 s \(OPERATOR_REGISTER_TIMEOUT_MS\)/);
    const stopping = new AbortController();
    server.once('request', () => stopping.abort());
    const stopped = createRegisterVersion(partsWith({}), 600_000, stopping.signal);
    await assert.rejects(stopped(model, DESIRED), /The operator stops/);
    assert.deepEqual(foldersLeft(), before);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
