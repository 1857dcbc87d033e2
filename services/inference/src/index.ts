export { configSchema } from './config.ts';
export { createInference } from './service.ts';
export type { RunResult, SessionModel } from './sessions/protocol.ts';
export type { LoadedSession, SessionPool } from './sessions/session-pool.ts';
