import { runService } from '@driftloop/service';
import { configSchema } from './config.ts';
import { createOperator } from './service.ts';

await runService({ name: 'operator', configSchema, create: createOperator });
