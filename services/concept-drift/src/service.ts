import type { Connections } from '@driftloop/connections';
import { createDriftService } from '@driftloop/drift-stages';
import type { Service, ServiceDependencies } from '@driftloop/service';
import { type BatchJoin, createBatchJoin } from './batch-join.ts';
import type { Config } from './config.ts';
import { createLabelJoin } from './label-join.ts';
import { createLabelRows } from './label-rows.ts';

/** Concept drift: are the live version's answers still as right as on its reference, now that late labels tell? */
export function createConceptDrift(dependencies: ServiceDependencies<Config>): Service {
  const graceMs = dependencies.config.LABEL_JOIN_GRACE_MS;
  let shared: BatchJoin | undefined;
  const joinOf = (connections: Connections): BatchJoin => {
    shared ??= createBatchJoin(createLabelJoin(connections, { graceMs }));
    return shared;
  };
  return createDriftService(
    {
      name: 'concept-drift',
      signal: 'concept',
      topic: 'inference.labels',
      badRecords: 'deadLetter',
      prepare: (partition, records, { connections }) => joinOf(connections).prepare(partition, records),
      createRows: (position, { contexts, connections }) =>
        createLabelRows(position, contexts, joinOf(connections).of(position.partition)),
    },
    dependencies,
  );
}
