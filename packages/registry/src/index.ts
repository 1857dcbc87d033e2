export { defaultSpec, MANY_ROWS, rowPolicies } from './default-spec.ts';
export type { ModelEntry, ModelListener } from './folded-models.ts';
export { type ModelInterface, modelInterfaceOf } from './model-interface.ts';
export {
  foldModelEvents,
  initialModelState,
  type ModelState,
  newestEventTime,
  type VersionStatus,
} from './model-state.ts';
export { openRegistry } from './open-registry.ts';
export { losesProfile } from './profile-losses.ts';
export type { Registry } from './registry.ts';
export type { ReleaseStep } from './release.ts';
export { requireModel } from './require-model.ts';
export { validateSpec } from './spec.ts';
export { objectionTo } from './standing/good-standing.ts';
export { readEarlierVersions } from './standing/read-earlier-versions.ts';
export { readMemory } from './standing/read-memory.ts';
export { standingOf } from './standing/standing.ts';
export { type Artifact, type ArtifactStore, createArtifactStore } from './store/artifact-store.ts';
export type { Incumbent, Manifest, TensorShape } from './store/manifest.ts';
export { readS3Object } from './store/s3-object.ts';
