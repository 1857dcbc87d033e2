import { runService } from '@driftloop/service';
import { configSchema } from './config.ts';
import { createPredictionDrift } from './service.ts';

await runService({ name: 'prediction-drift', configSchema, create: createPredictionDrift });
