export { configSchema } from './config.ts';
export { createConceptDrift } from './service.ts';
