export { driftConfig } from './config.ts';
export {
  createDriftService,
  type DriftServiceOptions,
  type RowSource,
  type SketchRows,
} from './drift-service.ts';
export { createModelContexts, type LoadedContext, type ModelContexts } from './model-contexts.ts';
export { createModelSketchers, type ModelSketchers } from './model-sketchers.ts';
