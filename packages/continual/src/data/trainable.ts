import { DriftloopError } from '@driftloop/errors';
import type { ModelSpec } from '@driftloop/schemas';
import { outputsOf } from '@driftloop/spec';

/**
 * Refuses a model whose answers nothing is trained for: of several outputs, and rankings. They are
 * served and watched as others are.
 *
 * @throws DriftloopError MODEL_INVALID
 */
export function requireTrainable(spec: Pick<ModelSpec, 'task' | 'outputs'>): void {
  if (outputsOf(spec).length === 0) return;
  const what = spec.task === 'ranking' ? 'ranking scores' : 'several outputs';
  throw new DriftloopError(
    'MODEL_INVALID',
    `models of ${what} are served and watched, not trained: set retrain.enabled of the spec to false, and register a new version when drift is found`,
  );
}
