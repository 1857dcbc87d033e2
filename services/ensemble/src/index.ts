export { configSchema } from './config.ts';
export { createEnsembleService } from './service.ts';
