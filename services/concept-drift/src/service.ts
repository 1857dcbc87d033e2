import type { ConnectedDependencies } from '@driftloop/connections';
import { rowsBudgetOf } from '@driftloop/drift';
import { createDriftService } from '@driftloop/drift-stages';
import type { Service } from '@driftloop/service';
import type { Config } from './config.ts';
import { createLabelJoin } from './join/label-join.ts';
import { followRecentAnswers } from './join/recent-answers.ts';
import { followRecentRequests } from './join/recent-requests.ts';
import { createRequestJoin } from './join/request-join.ts';
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
        const { LABEL_JOIN_RECENT: most } = dependencies.config;
        const answers = await followRecentAnswers(connections.bus, most, clock, fail);
        const isWatched = (model: string) => {
          const context = contexts.of(model);
          return context !== undefined && rowsBudgetOf(context.spec.drift) !== undefined;
        };
        const requests = await followRecentRequests(connections.bus, most, isWatched, fail);
        const join = createLabelJoin(connections, answers, clock);
        const requestJoin = createRequestJoin(connections, requests);
        return {
          open: () => openLabelPartition(contexts, join, requestJoin, meters),
          async close() {
            await answers.close();
            await requests.close();
          },
        };
      },
    },
    dependencies,
  );
}
