import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type Connections, openConnections } from '@driftloop/connections';
import { testStack } from '@driftloop/local';
import { createLogger } from '@driftloop/service';
import { connectionConfigOf } from '../../src/environment/settings.ts';
import { type Fleet, startFleet } from '../../src/processes/fleet.ts';
import type { ServiceName } from '../../src/processes/names.ts';

/** Longer than anything takes on a machine that has much else to do. */
const WAIT_MS = 240_000;

/** Real parts with topics and a database of their own, and services as processes on them. */
export interface LiveParts {
  readonly connections: Connections;
  /** Address of ClickHouse, and the database of the parts. */
  readonly clickhouse: { readonly url: string; readonly database: string };
  /** Empty, and removed at the end. */
  readonly folder: string;
  start(names: readonly ServiceName[], settings?: Readonly<Record<string, string>>): Promise<Fleet>;
  /** Does something at the end, before the parts end; what came last goes first. */
  atEnd(close: () => unknown): void;
  close(): Promise<void>;
}

/** @param name of the client on Kafka */
export async function openLiveParts(name: string): Promise<LiveParts> {
  const closing: (() => unknown)[] = [];
  const stack = await testStack();
  closing.push(() => stack.release());
  const folder = mkdtempSync(join(tmpdir(), `driftloop-${name}-`));
  closing.push(() => rmSync(folder, { recursive: true }));
  const environment = {
    ...stack.env,
    ARTIFACTS_URL: pathToFileURL(join(folder, 'artifacts')).href,
    TOPIC_PREFIX: stack.topicPrefix,
  };
  const connections = await openConnections(
    connectionConfigOf(environment),
    name,
    createLogger({ name, level: 'silent' }),
    { needs: ['warehouse'] },
  );
  closing.push(async () => {
    await connections.warehouse.drop();
    await connections.close();
  });
  return {
    connections,
    clickhouse: {
      url: stack.env.CLICKHOUSE_URL,
      database: `driftloop_${stack.topicPrefix.replaceAll(/\W/g, '')}`,
    },
    folder,
    async start(names, settings = {}) {
      const fleet = await startFleet({
        environment: { ...environment, ...settings },
        logDir: join(folder, 'logs'),
        names,
      });
      closing.push(() => fleet.stop());
      return fleet;
    },
    atEnd: (close) => void closing.push(close),
    async close() {
      for (const close of closing.reverse()) await close();
    },
  };
}

/**
 * Waits until something is so.
 *
 * @throws Error saying what was waited for, and how it stands, when it takes too long
 */
export async function until(what: () => string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WAIT_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what()}`);
    await sleep(50);
  }
}
