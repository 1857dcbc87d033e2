export { configSchema } from './config.ts';
export type { TrainingJob, TrainingOutcome } from './run/job.ts';
export type { TrainingProcesses } from './run/spawn.ts';
export { createTrainer } from './service.ts';
