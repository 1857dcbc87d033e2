export {
  createDriftService,
  type DriftServiceOptions,
  type DriftServiceParts,
  type RowSource,
} from './drift-service.ts';
export type { PartitionRows } from './map/chunked-map.ts';
export {
  createModelContexts,
  type LoadedContext,
  type ModelContexts,
  openModelContexts,
} from './model-contexts.ts';
