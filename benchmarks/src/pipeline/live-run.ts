import { join } from 'node:path';
import { type Fleet, startFleet } from '@driftloop/cli';
import type { InputLog } from '@driftloop/invariance';
import {
  CONCLUDING_SERVICES,
  openStack,
  type RegisteredVersion,
  type RunStack,
  registerVersions,
} from '@driftloop/invariance';

/** Services on a Kafka, registry and ClickHouse of their own. */
export interface LiveRun {
  readonly stack: RunStack;
  readonly fleet: Fleet;
  /** Services that ended without being asked to. */
  readonly ended: readonly string[];
  /** Aborted when one ends. */
  readonly signal: AbortSignal;
  close(): Promise<void>;
}

/** Starts everything and registers the versions of the log's model; the last one is live. */
export async function startLiveRun(log: InputLog, versions: readonly RegisteredVersion[]): Promise<LiveRun> {
  const stack = await openStack(true);
  const ended: string[] = [];
  const over = new AbortController();
  let fleet: Fleet | undefined;
  const close = async () => {
    await fleet?.stop();
    await stack.close();
  };
  try {
    await registerVersions(stack.connections.bus, {
      log,
      versions: new Map(log.specs.map(({ model }) => [model, versions])),
      artifactsUrl: stack.environment.ARTIFACTS_URL,
      at: undefined,
    });
    fleet = await startFleet({
      names: CONCLUDING_SERVICES,
      environment: stack.environment,
      logDir: join(stack.folder, 'logs'),
      onExit(name, how) {
        ended.push(`${name}: ${how}`);
        over.abort();
      },
    });
    return { stack, fleet, ended, signal: over.signal, close };
  } catch (error) {
    await close();
    throw error;
  }
}
