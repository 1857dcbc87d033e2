export { configSchema } from './config.ts';
export { createPredictionDrift } from './service.ts';
