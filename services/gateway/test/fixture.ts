import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Connections, openConnections } from '@driftloop/connections';
import { createLinear } from '@driftloop/continual';
import { testStack } from '@driftloop/local';
import { createLogger } from '@driftloop/service';
import type { FastifyInstance } from 'fastify';
import { type AppOptions, buildApp } from '../src/app.ts';
import type { GatewayContext } from '../src/context.ts';
import { followAll } from '../src/followed.ts';

const SPEC = {
  model: 'prices',
  task: 'binary',
  classes: 2,
  features: [
    { name: 'demand', kind: 'numeric' },
    { name: 'hour', kind: 'numeric', allowMissing: true },
  ],
  window: { lengthMs: 60_000, allowedLatenessMs: 0, minSamples: 10 },
  drift: { expectedWindowsBetweenFalseAlarms: 100, detectors: [] },
  retrain: {
    enabled: true,
    strategy: 'naive',
    cooldownMs: 0,
    minLabels: 10,
    maxRows: 100,
    maxSeconds: 5,
    maxSteps: 10,
  },
  rollout: { canaryShare: 0, shadowVersions: [] },
};

/** What the clock of the application says. */
export const NOW = 1_700_000_000_000;

/**
 * The gateway's application over real parts, with a model of two versions of which the second is
 * live.
 */
export interface GatewayFixture {
  readonly app: FastifyInstance;
  readonly connections: Connections;
  /** What its routes work with. */
  readonly context: GatewayContext;
  /** Has ClickHouse do something. */
  sql(statement: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts it; the token is `secret` where one is asked for. */
export async function startGateway(
  options: Partial<Pick<AppOptions, 'token' | 'anonymous' | 'oidc' | 'rateLimit'>> & {
    inferTimeoutMs?: number;
  } = {},
): Promise<GatewayFixture> {
  const stack = await testStack();
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  const connections = await openConnections(
    {
      KAFKA_BROKERS: stack.env.KAFKA_BROKERS.split(','),
      SCHEMA_REGISTRY_URL: stack.env.SCHEMA_REGISTRY_URL,
      CLICKHOUSE_URL: stack.env.CLICKHOUSE_URL,
      ARTIFACTS_URL: pathToFileURL(folder).href,
      TOPIC_PREFIX: stack.topicPrefix,
      INPUT_PARTITIONS: 2,
    },
    'gateway-test',
    createLogger({ name: 'gateway-test', level: 'silent' }),
    { needs: ['warehouse'] },
  );
  for (const seed of [1, 2]) {
    await connections.registry.register({
      spec: SPEC as unknown as Parameters<Connections['registry']['register']>[0]['spec'],
      onnx: createLinear({ inputs: 2, task: 'binary', classes: 2, seed }),
      profile: {},
      metrics: { accuracy: 0.5 + seed / 10 },
      publish: true,
      eventTime: seed,
    });
  }
  const followed = await followAll({
    ...connections,
    remembered: 100,
    now: () => NOW,
    fail(error) {
      throw error;
    },
  });
  const context = {
    ...connections,
    ...followed.parts,
    inferTimeoutMs: options.inferTimeoutMs ?? 5_000,
    isReady: () => followed.trouble() === undefined,
    now: () => NOW,
    newId: () => 'made-id',
  };
  const app = await buildApp(context, {
    token: options.token ?? '',
    ...(options.oidc ? { oidc: options.oidc } : {}),
    ...(options.anonymous ? { anonymous: options.anonymous } : {}),
    rateLimit: options.rateLimit ?? 1_000,
    bodyLimitBytes: 2_000,
  });
  return {
    app,
    connections,
    context,
    async sql(statement) {
      const answer = await fetch(stack.env.CLICKHOUSE_URL, { method: 'POST', body: statement });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async close() {
      await app.close();
      await followed.close();
      await connections.warehouse.drop();
      await connections.close();
      await stack.release();
      rmSync(folder, { recursive: true });
    },
  };
}
