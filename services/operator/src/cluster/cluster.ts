import type { ModelResource, ModelSpecResource, ModelStatus } from '../resources/model-resource.ts';

/** What of Kubernetes the operator sees and says. */
export interface Cluster {
  /** As they were last seen. */
  models(): readonly ModelResource[];
  /** By name. */
  specs(): ReadonlyMap<string, ModelSpecResource>;
  /** Called after a Model or ModelSpec has come, changed or gone. */
  onChange(listener: () => void): void;
  /**
   * The bytes of a ConfigMap's key.
   *
   * @throws DriftloopError ARTIFACT_MISSING where there is none
   */
  configMap(name: string, key: string): Promise<Uint8Array>;
  /** Nothing happens where the resource has gone. */
  writeStatus(name: string, status: ModelStatus): Promise<void>;
  /** Whether resources are being watched, and if not, why. */
  health(): { readonly ok: boolean; readonly reason?: string };
  close(): Promise<void>;
}
