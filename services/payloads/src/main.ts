import { runService } from '@driftloop/service';
import { configSchema } from './config.ts';
import { createPayloads } from './service.ts';

await runService({ name: 'payloads', configSchema, create: createPayloads });
