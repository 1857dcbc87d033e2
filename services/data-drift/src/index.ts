export { configSchema } from './config.ts';
export { createDataDrift } from './service.ts';
