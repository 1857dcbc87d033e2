import assert from 'node:assert/strict';
import { globSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { downloadGoModule } from '@driftloop/kubernetes';
import { parseAllDocuments, stringify } from 'yaml';
import { CHART, MATRIX, startTestCluster, succeeded, type TestCluster } from './cluster.ts';

const KEDA = 'github.com/kedacore/keda/v2@v2.21.0';
const PROMETHEUS = 'github.com/prometheus-operator/prometheus-operator@v0.85.0';
const ROWS = readdirSync(MATRIX).sort();
const HOOKS = '--no-hooks';

let cluster: TestCluster;

before(async () => {
  cluster = await startTestCluster(['least:driftloop-operator', 'least:driftloop']);
  const crds = [
    ...globSync(join(downloadGoModule(KEDA), 'config/crd/bases/keda.sh_*.yaml')),
    ...globSync(
      join(
        downloadGoModule(PROMETHEUS),
        'example/prometheus-operator-crd/*_{servicemonitors,prometheusrules}.yaml',
      ),
    ),
  ];
  // Larger than what a client may write down beside them.
  for (const crd of crds) await succeeded(cluster.kubectl('apply', '--server-side', '-f', crd));
  await succeeded(cluster.kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s'));
});

after(() => cluster?.stop());

test('the release brings its custom resources, and leaves them when it is removed', async () => {
  const here = ['--namespace', 'bringing'];
  await cluster.restrictedNamespace('bringing');
  const ours = () =>
    cluster.kubectl('get', 'crd', 'models.driftloop.dev', 'modelspecs.driftloop.dev', '-o', 'name');
  assert.notEqual((await ours()).code, 0);
  await succeeded(
    cluster.helm('install', 'driftloop', CHART, ...valuesOf('07-operator.yaml'), ...here, HOOKS),
  );
  await succeeded(cluster.helm('uninstall', 'driftloop', ...here, HOOKS));
  assert.equal((await ours()).code, 0);
});

for (const [index, row] of ROWS.entries()) {
  test(`${row}: installed without a warning, its pods admitted as restricted`, async () => {
    const namespace = `row-${index}`;
    await cluster.restrictedNamespace(namespace);
    await succeeded(
      cluster.helm(
        'install',
        'driftloop',
        CHART,
        ...valuesOf(row),
        '--namespace',
        namespace,
        HOOKS,
        ...ONE_OF_EACH,
      ),
    );
    const manifest = await succeeded(
      cluster.helm(
        'template',
        'driftloop',
        CHART,
        ...valuesOf(row),
        '--namespace',
        namespace,
        ...ONE_OF_EACH,
      ),
    );
    const pods = podsOf(manifest);
    assert.ok(pods.length >= 7, `${pods.length} kinds of pods`);
    for (const pod of pods) {
      const file = join(cluster.folder, `${namespace}.yaml`);
      writeFileSync(file, stringify(pod));
      await succeeded(cluster.kubectl('create', '--namespace', namespace, '--dry-run=server', '-f', file));
    }
    // The hook is no part of the release that is stored: it is checked as it would be made.
    const job = documentsOf(manifest).find(({ kind }) => kind === 'Job');
    if (job !== undefined) {
      const file = join(cluster.folder, `${namespace}-job.yaml`);
      writeFileSync(file, stringify(job));
      await succeeded(cluster.kubectl('create', '--namespace', namespace, '--dry-run=server', '-f', file));
    }
    await succeeded(cluster.helm('uninstall', 'driftloop', '--namespace', namespace, HOOKS));
  });
}

test('a pod that is not restricted is refused where the chart’s are admitted', async () => {
  await cluster.restrictedNamespace('refusing');
  const { code, stderr } = await cluster.kubectl('run', 'bare', '--image=x', '--namespace=refusing');
  assert.notEqual(code, 0);
  assert.match(stderr, /violates PodSecurity "restricted/);
});

test('an upgrade and a rollback leave what the revision says, and nothing of the other', async () => {
  const namespace = 'rolled';
  await cluster.restrictedNamespace(namespace);
  const here = ['--namespace', namespace];
  const install = (verb: string, row: string) =>
    succeeded(cluster.helm(verb, 'driftloop', CHART, ...valuesOf(row), ...here, HOOKS, ...ONE_OF_EACH));
  await install('install', '01-least.yaml');
  const before = await objectsIn(namespace);
  await install('upgrade', '14-everything.yaml');
  const between = await objectsIn(namespace);
  assert.ok(between.includes('scaledobject.keda.sh/driftloop-inference'), between.join(' '));
  await succeeded(cluster.helm('rollback', 'driftloop', '1', ...here, HOOKS));
  assert.deepEqual(await objectsIn(namespace), before);
  const revision = (number: number) =>
    succeeded(cluster.helm('get', 'manifest', 'driftloop', '--revision', `${number}`, ...here));
  assert.equal(await revision(3), await revision(1));
  // What a rollback leaves is what is stored, field by field.
  const differences = await cluster.kubectl(
    'diff',
    ...here,
    '--server-side',
    '--force-conflicts',
    '-f',
    await fileOf('rolled-manifest', await revision(1)),
  );
  assert.equal(differences.code, 0, differences.stdout);
});

test('the operator may do what it needs and no more; services may do nothing', async () => {
  const namespace = 'least';
  await cluster.restrictedNamespace(namespace);
  await succeeded(
    cluster.helm(
      'install',
      'driftloop',
      CHART,
      ...valuesOf('07-operator.yaml'),
      '--namespace',
      namespace,
      HOOKS,
      ...ONE_OF_EACH,
    ),
  );
  const may = async (account: string, ...what: string[]) =>
    (
      await cluster.kubectl('auth', 'can-i', ...what, `--as=system:serviceaccount:${namespace}:${account}`)
    ).stdout.trim();
  const here = `--namespace=${namespace}`;
  for (const verb of ['get', 'list', 'watch']) {
    assert.equal(await may('driftloop-operator', verb, 'models.driftloop.dev', here), 'yes');
    assert.equal(await may('driftloop-operator', verb, 'modelspecs.driftloop.dev', here), 'yes');
  }
  assert.equal(
    await may('driftloop-operator', 'patch', 'models.driftloop.dev', '--subresource=status', here),
    'yes',
  );
  assert.equal(await may('driftloop-operator', 'get', 'configmaps', here), 'yes');
  const refused = [
    ['get', 'secrets', here],
    ['list', 'configmaps', here],
    ['patch', 'models.driftloop.dev', here],
    ['delete', 'models.driftloop.dev', here],
    ['create', 'pods', here],
    ['list', 'models.driftloop.dev', '--namespace=default'],
    ['get', 'customresourcedefinitions'],
  ];
  for (const what of refused) assert.equal(await may('driftloop-operator', ...what), 'no', what.join(' '));
  for (const what of [
    ['get', 'configmaps', here],
    ['list', 'models.driftloop.dev', here],
  ])
    assert.equal(await may('driftloop', ...what), 'no', what.join(' '));
});

/**
 * Names of what is there for the whole cluster differ by namespace; the custom resources are there
 * once.
 */
const ONE_OF_EACH = ['--set', 'crds.install=false'];

function valuesOf(row: string): string[] {
  return ['--values', join(MATRIX, row)];
}

interface KubernetesDocument {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly spec: { readonly template: { readonly metadata: object; readonly spec: object } };
}

function documentsOf(manifest: string): KubernetesDocument[] {
  return parseAllDocuments(manifest)
    .map((document) => document.toJS() as KubernetesDocument | null)
    .filter((document) => document !== null);
}

/** Pods as controllers would make them of their templates. */
function podsOf(manifest: string): unknown[] {
  return documentsOf(manifest)
    .filter(({ kind }) => kind === 'Deployment' || kind === 'Job')
    .map(({ metadata: { name }, spec: { template } }) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...template.metadata, name },
      spec: template.spec,
    }));
}

async function objectsIn(namespace: string): Promise<string[]> {
  const kinds =
    'deployments,services,serviceaccounts,poddisruptionbudgets,networkpolicies,horizontalpodautoscalers,scaledobjects,triggerauthentications,ingresses,roles,rolebindings,servicemonitors,prometheusrules';
  const named = await succeeded(cluster.kubectl('get', kinds, '--namespace', namespace, '-o', 'name'));
  const classes = await succeeded(cluster.kubectl('get', 'priorityclasses', '-o', 'name'));
  return [...named.split('\n'), ...classes.split('\n').filter((name) => name.includes(namespace))]
    .filter(Boolean)
    .sort();
}

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(cluster.folder, `${name}.yaml`);
  writeFileSync(path, text);
  return path;
}
