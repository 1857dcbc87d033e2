import { createDriftService } from '@driftloop/drift-stages';
import type { Service, ServiceDependencies } from '@driftloop/service';
import type { Config } from './config.ts';
import { createLabelJoin } from './label-join.ts';
import { createLabelRows } from './label-rows.ts';

/** Concept drift: are the live version's answers still as right as on its reference, now that late labels tell? */
export function createConceptDrift(dependencies: ServiceDependencies<Config>): Service {
  return createDriftService(
    {
      name: 'concept-drift',
      signal: 'concept',
      topic: 'inference.labels',
      badRecords: 'deadLetter',
      createRows: (position, { contexts, connections }) =>
        createLabelRows(
          position,
          contexts,
          createLabelJoin(connections, { graceMs: dependencies.config.LABEL_JOIN_GRACE_MS }),
        ),
    },
    dependencies,
  );
}
