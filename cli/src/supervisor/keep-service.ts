import { join } from 'node:path';
import { identityOf } from '@driftloop/local';
import { freePort } from '../processes/free-port.ts';
import type { ServiceName } from '../processes/names.ts';
import { endOfGateway } from './gateway-end.ts';
import type { FleetRecord } from './record.ts';
import { runAdopted, runServiceOnce } from './run-service-once.ts';
import type { Watched } from './watched.ts';

/** Has a service run, starting with the process of it that runs already, if any. */
export function keepService(
  name: ServiceName,
  ranBefore: Parameters<typeof runAdopted>[0] | undefined,
  given: {
    readonly watched: Watched;
    readonly record: FleetRecord;
    readonly dataDir: string;
    /** Of the API. */
    readonly port: number;
    readonly signal: AbortSignal;
  },
): void {
  const { watched, record, dataDir, port, signal } = given;
  const log = join(dataDir, 'logs', `${name}.log`);
  let adopted = ranBefore;
  watched.keep(name, log, async (onReady) => {
    const running = adopted;
    adopted = undefined;
    if (running !== undefined) return runAdopted(running, onReady);
    const end = await runServiceOnce(name, {
      environment: record.environment,
      log,
      signal,
      onSpawn: (pid, url) => record.started({ name, pid, started: identityOf(pid)?.started ?? '', url, log }),
      onReady,
    });
    if (name !== 'gateway') return end;
    const told = endOfGateway(end, { http: port, grpc: Number(record.environment.GATEWAY_GRPC_PORT) });
    if (told.needsGrpcPort)
      record.setEnvironment({ ...record.environment, GATEWAY_GRPC_PORT: String(await freePort()) });
    return told.end;
  });
}
