import { runService } from '@driftloop/service';
import { configSchema } from './config.ts';
import { createDataDrift } from './service.ts';

await runService({ name: 'data-drift', configSchema, create: createDataDrift });
