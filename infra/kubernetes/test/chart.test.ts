import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { COMMAND_GROUPS, SERVING_GROUP, TOPICS } from '@driftloop/schemas';
import { parser as promql } from '@prometheus-io/lezer-promql';
import { parse, parseAllDocuments } from 'yaml';
import { kubernetesTools } from '../src/index.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CHART = join(ROOT, 'infra/helm/driftloop');
const ROWS = readdirSync(join(CHART, 'ci')).sort();
/** Of Node's process, and of Kubernetes' own exporter. */
const METRICS_OF_OTHERS = ['process_cpu_seconds_total', 'kube_deployment_status_replicas_unavailable'];

let helm = '';
before(() => {
  const cache = join(ROOT, '.driftloop/cache');
  mkdirSync(cache, { recursive: true });
  helm = kubernetesTools(cache).helm;
});

describe('every row of the matrix', () => {
  for (const row of ROWS) {
    test(`${row} is linted without a word and every pod is locked down`, async () => {
      const values = ['--values', join(CHART, 'ci', row)];
      const [lint, documents] = await Promise.all([
        run('lint', CHART, '--strict', ...values),
        rendered(...values),
      ]);
      assert.equal(lint.code, 0, lint.stderr + lint.stdout);
      assert.doesNotMatch(lint.stdout, /\[(?:WARNING|ERROR)\]/);
      assert.ok(documents.some(({ kind }) => kind === 'Deployment'));
      for (const { kind, metadata, spec } of documents) {
        if (kind !== 'Deployment' && kind !== 'Job') continue;
        const pod = spec?.template.spec as Pod;
        assert.equal(pod.securityContext.runAsNonRoot, true, metadata.name);
        assert.equal(pod.automountServiceAccountToken, metadata.name.endsWith('-operator'), metadata.name);
        for (const { securityContext, env } of pod.containers) {
          assert.equal(securityContext.readOnlyRootFilesystem, true, metadata.name);
          assert.deepEqual(securityContext.capabilities.drop, ['ALL'], metadata.name);
          for (const { name, value } of env)
            assert.ok(
              value !== '' && !/(?:PASSWORD|TOKEN|SECRET|SECRET_ACCESS_KEY)$/.test(name),
              `${metadata.name}: ${name}=${value}`,
            );
        }
      }
    });
  }
});

test('a service gets the settings and secrets that it has, and no others', async () => {
  const documents = await rendered('--values', join(CHART, 'ci/02-scram-tls.yaml'));
  const namesOf = (service: string) => {
    const deployments = documents.filter(({ kind }) => kind === 'Deployment');
    const spec = deployments.find(({ metadata }) => metadata.name.endsWith(`-${service}`))?.spec;
    assert.ok(spec, service);
    return (spec.template.spec as Pod).containers.flatMap(({ env }) => env.map(({ name }) => name));
  };
  assert.ok(namesOf('ensemble').includes('CLICKHOUSE_PASSWORD_FILE'));
  // Inference knows no ClickHouse, and only the gateway its token.
  assert.ok(!namesOf('inference').some((name) => name.startsWith('CLICKHOUSE')), namesOf('inference').join());
  assert.ok(namesOf('inference').includes('KAFKA_SASL_PASSWORD_FILE'));
  assert.ok(namesOf('gateway').includes('GATEWAY_TOKEN_FILE'));
  assert.ok(!namesOf('trainer').includes('GATEWAY_TOKEN_FILE'));
});

test('values that no service knows are refused, and secrets in the clear', async () => {
  const least = ['--values', join(CHART, 'ci/01-least.yaml')];
  for (const wrong of [
    'settings.KAFKA_BROKER=x:9092',
    'services.inference.settings.TRAINER_DEVICE=cuda',
    'services.inferenz.enabled=true',
    'settings.KAFKA_SASL_PASSWORD=secret',
    'services.gateway.settings.GATEWAY_TOKEN=secret',
    'autoscaling.mode=kedaa',
    'settings.INPUT_PARTITIONS=0',
  ]) {
    const { code } = await run('template', 'd', CHART, ...least, '--set', wrong);
    assert.notEqual(code, 0, wrong);
  }
  const { code, stderr } = await run('template', 'd', CHART);
  assert.notEqual(code, 0);
  assert.match(stderr, /KAFKA_BROKERS/);
});

test('lag is asked for at the groups and topics that the services have', async () => {
  const consumers = JSON.parse(readFileSync(join(CHART, 'files/consumers.json'), 'utf8')) as Record<
    string,
    { group: string; topic: string }
  >;
  for (const [service, { group, topic }] of Object.entries(consumers)) {
    assert.ok(Object.hasOwn(TOPICS, topic), topic);
    const known = [SERVING_GROUP, ...Object.values(COMMAND_GROUPS)];
    // A fold's group is its service's name, a map's has `.map` behind it.
    assert.ok(known.includes(group) || [service, `${service}.map`].includes(group), `${service}: ${group}`);
  }
  const documents = await rendered('--values', join(CHART, 'ci/02-scram-tls.yaml'));
  const scaled = documents.filter(({ kind }) => kind === 'ScaledObject');
  const triggers = scaled.flatMap(({ spec }) => spec?.triggers ?? []);
  assert.deepEqual(
    triggers.map(({ metadata }) => `${metadata.consumerGroup} ${metadata.topic}`).sort(),
    Object.entries(consumers)
      .filter(([service]) => service !== 'payloads')
      .map(([, { group, topic }]) => `team-a.${group} team-a.${topic}`)
      .sort(),
  );
});

test('alerts and the board are PromQL, ask for metrics that services have, and each alert has a runbook', () => {
  const known = new Set(
    globSync(join(ROOT, 'docs/services/*.md')).flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/^\| `(driftloop_\w+)` \| /gm)].map(
        ([, name]) => name as string,
      ),
    ),
  );
  const alerts = readFileSync(join(CHART, 'files/alerts.yaml'), 'utf8');
  const { groups } = parse(alerts) as { groups: { rules: Alert[] }[] };
  const rules = groups.flatMap((group) => group.rules);
  const board = JSON.parse(readFileSync(join(CHART, 'files/board.json'), 'utf8')) as {
    panels: { targets: { expr: string }[] }[];
  };
  const expressions = [
    ...rules.map(({ expr }) => expr),
    ...board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];
  assert.ok(expressions.length > 15);
  for (const expression of expressions) {
    // Grafana fills its variables in before it asks.
    promql.parse(expression.replaceAll('$', '')).iterate({
      enter: ({ type, from }) => assert.ok(!type.isError, `at ${from} of ${expression}`),
    });
    for (const [, metric = ''] of expression.matchAll(/\b([a-z]\w+)\{/g))
      assert.ok(
        known.has(metric.replace(/_bucket$/, '')) || METRICS_OF_OTHERS.includes(metric),
        `${metric} is in no page of docs/services`,
      );
  }
  const pages = new Set(globSync(join(ROOT, 'docs/runbooks/*.md')).map((page) => basename(page)));
  pages.delete('README.md');
  const linked = rules.map(({ annotations }) => annotations.runbook_url.replace('RUNBOOKS/', ''));
  assert.deepEqual(new Set(linked), pages);
});

interface Alert {
  readonly expr: string;
  readonly annotations: { readonly runbook_url: string };
}

interface Pod {
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: { readonly runAsNonRoot: boolean };
  readonly containers: readonly {
    readonly env: readonly { readonly name: string; readonly value: string }[];
    readonly securityContext: {
      readonly readOnlyRootFilesystem: boolean;
      readonly capabilities: { readonly drop: readonly string[] };
    };
  }[];
}

interface KubernetesDocument {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: {
    readonly template: { readonly spec: unknown };
    readonly triggers?: readonly { readonly metadata: Readonly<Record<string, string>> }[];
  };
}

async function rendered(...values: string[]): Promise<KubernetesDocument[]> {
  const { code, stdout, stderr } = await run('template', 'd', CHART, ...values);
  assert.equal(code, 0, stderr);
  return parseAllDocuments(stdout)
    .map((document) => document.toJS() as KubernetesDocument | null)
    .filter((document) => document !== null);
}

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(helm, args, { maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
    );
  });
}
