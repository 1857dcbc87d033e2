import type { ConnectedDependencies } from '@driftloop/connections';
import { createDriftService } from '@driftloop/drift-stages';
import type { Service } from '@driftloop/service';
import type { Config } from './config.ts';
import { openRequestPartition } from './request-partition.ts';

/** Data drift: do the features of requests still look like the live version's reference? */
export function createDataDrift(dependencies: ConnectedDependencies<Config>): Service {
  return createDriftService(
    {
      name: 'data-drift',
      signal: 'data',
      topic: 'inference.requests',
      badRecords: 'skip',
      open: ({ contexts }) => ({ open: () => openRequestPartition(contexts) }),
    },
    dependencies,
  );
}
