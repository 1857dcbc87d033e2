import { DriftloopError } from '@driftloop/errors';
import type { ModelSpec } from '@driftloop/schemas';
import type { Manifest } from './store/manifest.ts';

/**
 * Refuses a version that was made for another spec of its model: one that takes other rows cannot answer those that come now.
 *
 * @throws DriftloopError VERSION_NOT_SERVABLE
 */
export function requireFit({ version, task, input }: Manifest, spec: ModelSpec): void {
  const width = input.shape.at(-1);
  const fits = task === spec.task && (typeof width !== 'number' || width === spec.features.length);
  if (fits) return;
  throw new DriftloopError(
    'VERSION_NOT_SERVABLE',
    `Version ${version} of model '${spec.model}' is a ${task} model of ${width} features, the spec asks for ${spec.task} of ${spec.features.length}: register a version for the spec that is wanted.`,
  );
}
