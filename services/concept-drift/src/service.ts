import type { ConnectedDependencies } from '@driftloop/connections';
import { createDriftService } from '@driftloop/drift-stages';
import type { Service } from '@driftloop/service';
import type { Config } from './config.ts';
import { createBatchJoin } from './join/batch-join.ts';
import { createLabelJoin } from './join/label-join.ts';
import { followRecentAnswers } from './join/recent-answers.ts';
import { createLabelRows } from './label-rows.ts';

/** Concept drift: are the live version's answers still as right as on its reference, now that late labels tell? */
export function createConceptDrift(dependencies: ConnectedDependencies<Config>): Service {
  const { LABEL_JOIN_GRACE_MS: graceMs, LABEL_JOIN_RECENT: most } = dependencies.config;
  return createDriftService(
    {
      name: 'concept-drift',
      signal: 'concept',
      topic: 'inference.labels',
      badRecords: 'deadLetter',
      async open({ connections, contexts, clock, fail }) {
        const recent = await followRecentAnswers(connections.bus, most, fail);
        const join = createBatchJoin(createLabelJoin(connections, recent, { graceMs, clock }));
        return {
          // Labels for models that nobody knows are refused without being looked for.
          prepare: (partition, records) =>
            join.prepare(
              partition,
              records.filter(({ value }) => contexts.of(value.model) !== undefined),
            ),
          createRows: (position) => createLabelRows(position, contexts, join.of(position.partition)),
          close: recent.close,
        };
      },
    },
    dependencies,
  );
}
