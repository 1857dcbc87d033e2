export { configSchema } from './config.ts';
export { createOperator } from './service.ts';
