import { runService } from '@driftloop/service';
import { configSchema } from './config.ts';
import { createTrainer } from './service.ts';

await runService({ name: 'trainer', configSchema, create: createTrainer });
