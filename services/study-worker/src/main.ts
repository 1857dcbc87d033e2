import { runService } from '@driftloop/service';
import { configSchema } from './config.ts';
import { createStudyWorker } from './service.ts';

await runService({ name: 'study-worker', configSchema, create: createStudyWorker });
