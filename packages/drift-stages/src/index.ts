export { createDriftService } from './drift-service.ts';
export type { PartitionRows } from './map/chunked-map.ts';
export { modelsOf } from './map/models-of.ts';
export { createMeters } from './meters.ts';
export {
  createModelContexts,
  type ModelContexts,
  openModelContexts,
} from './model-contexts.ts';
export { createServingProgress, type Progress } from './serving-progress.ts';
export { shareLook } from './shared-look.ts';
