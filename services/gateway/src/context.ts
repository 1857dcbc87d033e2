import type { TypedProducer } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import type { ModelEntry, Registry } from '@driftloop/registry';
import type { Warehouse } from '@driftloop/warehouse';

/** What the routes work with. */
export interface GatewayContext {
  readonly registry: Registry;
  readonly warehouse: Warehouse;
  readonly producer: TypedProducer;
  /** Wall clock, epoch milliseconds. */
  now(): number;
  /** A new unique id. */
  newId(): string;
}

/**
 * The model of a path.
 *
 * @throws DriftloopError MODEL_UNKNOWN naming the models that there are
 */
export function modelNamed(registry: Registry, name: string): ModelEntry {
  const entry = registry.model(name);
  if (entry) return entry;
  const known = registry.models().map((model) => model.spec.model);
  throw new DriftloopError(
    'MODEL_UNKNOWN',
    `No model '${name}' is registered. ${known.length > 0 ? `There are: ${known.join(', ')}.` : 'There is none yet: pnpm driftloop register --help.'}`,
  );
}
