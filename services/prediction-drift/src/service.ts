import type { ConnectedDependencies } from '@driftloop/connections';
import { answerTime } from '@driftloop/drift';
import { createDriftService } from '@driftloop/drift-stages';
import type { Service } from '@driftloop/service';
import { createAnswered } from './answered.ts';
import type { Config } from './config.ts';
import { openPredictionPartition } from './prediction-partition.ts';

/**
 * Prediction drift: do the live version's answers still look like its reference, and how right are
 * they likely to be?
 */
export function createPredictionDrift(dependencies: ConnectedDependencies<Config>): Service {
  return createDriftService(
    {
      name: 'prediction-drift',
      signal: 'prediction',
      topic: 'inference.predictions',
      badRecords: 'deadLetter',
      open({ connections, contexts, clock }) {
        const answered = createAnswered(connections.bus, clock);
        return {
          open: () => openPredictionPartition(contexts),
          timedBy: 'inference.requests',
          timestampOf: ({ value, timestamp }) => answerTime(value, timestamp),
          endSeenAt: answered.upTo,
        };
      },
    },
    dependencies,
  );
}
