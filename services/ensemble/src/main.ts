import { runService } from '@driftloop/service';
import { configSchema } from './config.ts';
import { createEnsembleService } from './service.ts';

await runService({ name: 'ensemble', configSchema, create: createEnsembleService });
