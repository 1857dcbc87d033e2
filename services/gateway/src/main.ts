import { runService } from '@driftloop/service';
import { configSchema } from './config.ts';
import { createGateway } from './service.ts';

await runService({ name: 'gateway', configSchema, create: createGateway });
