import { runService } from '@driftloop/service';
import { configSchema } from './config.ts';
import { createInference } from './service.ts';

await runService({ name: 'inference', configSchema, create: createInference });
