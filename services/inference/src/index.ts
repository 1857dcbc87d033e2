export { type Config, configSchema } from './config.ts';
export { createInference } from './service.ts';
