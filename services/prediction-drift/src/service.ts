import type { ConnectedDependencies } from '@driftloop/connections';
import { createDriftService } from '@driftloop/drift-stages';
import type { Service } from '@driftloop/service';
import type { Config } from './config.ts';
import { createPredictionRows } from './prediction-rows.ts';

/** Prediction drift: do the live version's answers still look like its reference, and how right are they likely to be? */
export function createPredictionDrift(dependencies: ConnectedDependencies<Config>): Service {
  return createDriftService(
    {
      name: 'prediction-drift',
      signal: 'prediction',
      topic: 'inference.predictions',
      badRecords: 'deadLetter',
      open: ({ contexts }) => ({ createRows: (position) => createPredictionRows(position, contexts) }),
    },
    dependencies,
  );
}
