import { DriftloopError } from '@driftloop/errors';
import type { ModelSpec } from '@driftloop/schemas';
import { outputsOf } from '@driftloop/spec';

/**
 * Refuses a model that nothing is trained for: of several outputs, rankings, and of free text,
 * which labelled rows do not have. They are served and watched as others are.
 *
 * @throws DriftloopError MODEL_INVALID
 */
export function requireTrainable(spec: Pick<ModelSpec, 'task' | 'outputs' | 'features'>): void {
  const what = untrained(spec);
  if (what === undefined) return;
  throw new DriftloopError(
    'MODEL_INVALID',
    `models of ${what} are served and watched, not trained: set retrain.enabled of the spec to false, and register a new version when drift is found`,
  );
}

function untrained(spec: Pick<ModelSpec, 'task' | 'outputs' | 'features'>): string | undefined {
  if (spec.task === 'ranking') return 'ranking scores';
  if (outputsOf(spec).length > 0) return 'several outputs';
  return spec.features.some(({ kind }) => kind === 'text') ? 'free text' : undefined;
}
