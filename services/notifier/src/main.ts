import { runService } from '@driftloop/service';
import { configSchema } from './config.ts';
import { createNotifier } from './service.ts';

await runService({ name: 'notifier', configSchema, create: createNotifier });
