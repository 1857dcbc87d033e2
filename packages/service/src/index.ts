export { type Clock, systemClock } from './clock.ts';
export { commonConfig, loadConfig } from './config.ts';
export type { Health, Reading } from './health-server.ts';
export { createLogger, type Logger } from './logger.ts';
export { createCommonMeters } from './meters.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { runService, type Service, type ServiceDependencies } from './run-service.ts';
export { createTurns, type Turns } from './turns.ts';
