import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { openConnections } from '@driftloop/connections';
import { designsOf } from '@driftloop/continual';
import { type TestStack, testStack } from '@driftloop/local';
import { validateSpec } from '@driftloop/registry';
import {
  connectionConfig,
  createLogger,
  createMetrics,
  loadConfig,
  type Service,
  systemClock,
} from '@driftloop/service';
import { configSchema, createOperator } from '@driftloop/service-operator';
import { stringify } from 'yaml';
import { CHART, MATRIX, startTestCluster, succeeded, type TestCluster } from './cluster.ts';

const NAMESPACE = 'models';
const HERE = ['--namespace', NAMESPACE];
const ROOT = new URL('../../', import.meta.url);
const SPEC = JSON.parse(readFileSync(new URL('examples/elec/spec.json', ROOT), 'utf8')) as Record<
  string,
  unknown
>;
const ROWS = gunzipSync(readFileSync(new URL('data/elec.csv.gz', ROOT)))
  .toString()
  .split('\n')
  .slice(0, 1_501)
  .join('\n');
const logger = createLogger({ name: 'test', level: 'silent' });

let stack: TestStack;
let cluster: TestCluster;
let files: Server;
let operator: Service;

before(async () => {
  stack = await testStack();
  cluster = await startTestCluster([`${NAMESPACE}:driftloop-operator`]);
  Object.assign(process.env, stack.env, {
    TOPIC_PREFIX: stack.topicPrefix,
    ARTIFACTS_URL: `file://${join(cluster.folder, 'artifacts')}`,
    OPERATOR_NAMESPACE: NAMESPACE,
    OPERATOR_REFRESH_MS: '1000',
    // It may do what the chart's role lets it do.
    KUBECONFIG: cluster.kubeconfigOf(`${NAMESPACE}:driftloop-operator`),
  });
  await cluster.restrictedNamespace(NAMESPACE);
  const values = ['--values', join(MATRIX, '07-operator.yaml')];
  await succeeded(cluster.helm('install', 'driftloop', CHART, ...values, ...HERE, '--no-hooks'));
  await succeeded(cluster.kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s'));
  files = createServer((_request, response) => void response.end(onnxOf(2))).listen(0, '127.0.0.1');
  await once(files, 'listening');
  operator = await start();
});

after(async () => {
  await operator?.stop();
  files?.close();
  await cluster?.stop();
  await stack?.release();
});

test('kubectl apply registers a model of a ConfigMap, and get models shows it', async () => {
  await apply(
    {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: 'elec-files' },
      binaryData: { 'elec.onnx': Buffer.from(onnxOf(1)).toString('base64') },
      data: { 'reference.csv': ROWS },
    },
    resource('ModelSpec', 'elec', SPEC),
    resource('Model', 'elec', MODEL),
  );
  await ready();
  const table = await succeeded(cluster.kubectl('get', 'models', ...HERE));
  assert.match(table, /^NAME +MODEL +STATE +VERSION +LIVE +DRIFT +READY +AGE$/m);
  assert.match(table, /^elec +elec +Live +1 +1 +True /m);
  assert.equal(await statusOf('observedGeneration'), '1');
});

test('the same again changes nothing, nor does an operator that starts anew', async () => {
  assert.match(
    await apply(resource('Model', 'elec', MODEL)),
    /model\.driftloop\.dev\/elec serverside-applied/,
  );
  await operator.stop();
  operator = await start();
  await eventuallyLooked();
  assert.deepEqual(await versions(), [[1, 'live']]);
});

test('a spec that changes is published without a version', async () => {
  await apply(resource('ModelSpec', 'elec', { ...SPEC, rollout: { canaryShare: 0, shadowVersions: [] } }));
  await known(({ spec }) => spec.rollout.shadowVersions.length === 0);
  assert.deepEqual(await versions(), [[1, 'live']]);
});

test('another address is another version, which goes live', async () => {
  const url = `http://127.0.0.1:${(files.address() as AddressInfo).port}/elec.onnx`;
  const sha256 = createHash('sha256').update(onnxOf(2)).digest('hex');
  await apply(resource('Model', 'elec', { ...MODEL, source: { url, sha256: '0'.repeat(64) } }));
  await succeeded(
    cluster.kubectl('wait', '--for=condition=Registered=False', 'model/elec', ...HERE, '--timeout=120s'),
  );
  assert.match(
    await statusOf('conditions[?(@.type=="Ready")].message'),
    new RegExp(`SOURCE_INVALID: .*${sha256}`),
  );
  await apply(resource('Model', 'elec', { ...MODEL, source: { url, sha256 } }));
  await ready();
  assert.equal(await statusOf('liveVersion'), '2');
  assert.deepEqual(await versions(), [
    [1, 'retired'],
    [2, 'live'],
  ]);
});

test('what is no Model is refused by the API server', async () => {
  const { source, ...without } = MODEL;
  const wrong = [
    [{ ...MODEL, spec: SPEC }, /one of spec and specRef/],
    [{ ...MODEL, source: { ...source, url: 'https://x' } }, /one of url and configMap/],
    [{ ...MODEL, source: { url: 'file:///etc/passwd' } }, /source\.url/],
    [without, /source/],
    [{ ...MODEL, rollout: 'Everywhere' }, /rollout/],
  ] as const;
  for (const [spec, message] of wrong) {
    const { code, stderr } = await applying(resource('Model', 'wrong', spec));
    assert.notEqual(code, 0, JSON.stringify(spec));
    assert.match(stderr, message);
  }
});

test('a Model that is deleted is gone at once, and its model goes on', async () => {
  await succeeded(cluster.kubectl('delete', 'model', 'elec', ...HERE, '--timeout=30s'));
  await operator.stop();
  assert.deepEqual((await versions()).at(-1), [2, 'live']);
});

const MODEL = {
  specRef: { name: 'elec' },
  source: { configMap: { name: 'elec-files', key: 'elec.onnx' } },
  reference: { configMap: { name: 'elec-files', key: 'reference.csv' }, label: 'target' },
};

function onnxOf(seed: number): Uint8Array {
  const [design] = designsOf('mlp', validateSpec(SPEC), seed);
  assert.ok(design);
  return design.model;
}

function resource(kind: string, name: string, spec: object): object {
  return { apiVersion: 'driftloop.dev/v1alpha1', kind, metadata: { name }, spec };
}

function applying(...resources: object[]) {
  const file = join(cluster.folder, 'applied.yaml');
  writeFileSync(file, resources.map((one) => stringify(one)).join('---\n'));
  return cluster.kubectl('apply', '--server-side', ...HERE, '-f', file);
}

function apply(...resources: object[]): Promise<string> {
  return succeeded(applying(...resources));
}

async function ready(): Promise<void> {
  const generation = await succeeded(
    cluster.kubectl('get', 'model', 'elec', ...HERE, '-o', 'jsonpath={.metadata.generation}'),
  );
  const seen = `jsonpath={.status.observedGeneration}=${generation}`;
  await succeeded(cluster.kubectl('wait', `--for=${seen}`, 'model/elec', ...HERE, '--timeout=120s'));
  await succeeded(cluster.kubectl('wait', '--for=condition=Ready', 'model/elec', ...HERE, '--timeout=180s'));
}

function statusOf(path: string): Promise<string> {
  return succeeded(cluster.kubectl('get', 'model', 'elec', ...HERE, '-o', `jsonpath={.status.${path}}`));
}

async function start(): Promise<Service> {
  const service = createOperator({
    config: loadConfig(configSchema),
    logger,
    metrics: createMetrics('operator', { ofProcess: false }),
    clock: systemClock,
    fail: (error) => assert.fail(String(error)),
  });
  await service.start();
  assert.deepEqual(service.health().ok, true, JSON.stringify(service.health()));
  return service;
}

/** Until the operator has looked at a resource that came later than everything before. */
async function eventuallyLooked(): Promise<void> {
  await apply(resource('Model', 'last', { ...MODEL, specRef: { name: 'none' } }));
  await succeeded(
    cluster.kubectl('wait', '--for=condition=SpecValid=False', 'model/last', ...HERE, '--timeout=60s'),
  );
  await succeeded(cluster.kubectl('delete', 'model', 'last', ...HERE));
}

type Entry = NonNullable<ReturnType<Awaited<ReturnType<typeof openConnections>>['registry']['model']>>;

/** The model as a registry of our own has it, once it is as asked for. */
async function known(is: (entry: Entry) => boolean): Promise<Entry> {
  const connections = await openConnections(loadConfig(connectionConfig), 'test', logger, { needs: [] });
  try {
    return await new Promise<Entry>((resolve) => {
      const look = () => {
        const entry = connections.registry.model('elec');
        if (entry && is(entry)) resolve(entry);
      };
      connections.registry.onChange(look);
      look();
    });
  } finally {
    await connections.close();
  }
}

async function versions(): Promise<[number, string][]> {
  const { state } = await known(() => true);
  return [...state.versions.values()].map(({ version, status }) => [version, status]);
}
