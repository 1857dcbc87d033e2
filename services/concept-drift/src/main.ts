import { runService } from '@driftloop/service';
import { configSchema } from './config.ts';
import { createConceptDrift } from './service.ts';

await runService({ name: 'concept-drift', configSchema, create: createConceptDrift });
