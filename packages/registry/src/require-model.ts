import { DriftloopError } from '@driftloop/errors';
import type { ModelEntry } from './folded-models.ts';
import type { Registry } from './registry.ts';

/**
 * The model of this name.
 *
 * @throws DriftloopError MODEL_UNKNOWN naming the models that there are
 */
export function requireModel(registry: Pick<Registry, 'model' | 'models'>, name: string): ModelEntry {
  const entry = registry.model(name);
  if (entry) return entry;
  const known = registry.models().map(({ spec }) => spec.model);
  const hint =
    known.length > 0 ? `There are: ${known.join(', ')}.` : 'There is none yet: register one first.';
  throw new DriftloopError('MODEL_UNKNOWN', `No model '${name}' is registered. ${hint}`);
}
