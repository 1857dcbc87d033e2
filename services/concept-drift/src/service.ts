import type { ConnectedDependencies } from '@driftloop/connections';
import { createDriftService } from '@driftloop/drift-stages';
import type { Service } from '@driftloop/service';
import type { Config } from './config.ts';
import { createLabelJoin } from './join/label-join.ts';
import { followRecentAnswers } from './join/recent-answers.ts';
import { openLabelPartition } from './label-partition.ts';
import { createMeters } from './meters.ts';

/**
 * Concept drift: are the live version's answers still as right as on its reference, now that late
 * labels tell?
 */
export function createConceptDrift(dependencies: ConnectedDependencies<Config>): Service {
  const meters = createMeters(dependencies.metrics);
  return createDriftService(
    {
      name: 'concept-drift',
      signal: 'concept',
      topic: 'inference.labels',
      badRecords: 'deadLetter',
      async open({ connections, contexts, clock, fail }) {
        const recent = await followRecentAnswers(
          connections.bus,
          dependencies.config.LABEL_JOIN_RECENT,
          fail,
        );
        const join = createLabelJoin(connections, recent, clock);
        return { open: () => openLabelPartition(contexts, join, meters), close: recent.close };
      },
    },
    dependencies,
  );
}
