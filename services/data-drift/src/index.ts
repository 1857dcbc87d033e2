export { type Config, configSchema } from './config.ts';
export { createDataDrift } from './service.ts';
