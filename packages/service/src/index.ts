export { type Clock, systemClock } from './clock.ts';
export { commonConfig, loadConfig } from './config.ts';
export type { Health, HealthServer } from './health-server.ts';
export { startHealthServer } from './health-server.ts';
export { createLogger, type Logger } from './logger.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { type RunOptions, runService, type Service, type ServiceDependencies } from './run-service.ts';
export { createTurns, type Turns } from './turns.ts';
