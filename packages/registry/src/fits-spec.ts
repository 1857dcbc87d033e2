import { DriftloopError } from '@driftloop/errors';
import type { ModelSpec } from '@driftloop/schemas';
import { fitProblem } from '@driftloop/spec';
import type { Manifest } from './store/manifest.ts';

/**
 * Refuses a version that was made for another spec of its model: one that takes other rows cannot
 * answer those that come now.
 *
 * @throws DriftloopError VERSION_NOT_SERVABLE
 */
export function requireFit(manifest: Manifest, spec: ModelSpec): void {
  const problem = fitProblem(manifest, spec);
  if (problem === undefined) return;
  throw new DriftloopError(
    'VERSION_NOT_SERVABLE',
    `Version ${manifest.version} of model '${spec.model}' ${problem}: register a version for the spec that is wanted.`,
  );
}
