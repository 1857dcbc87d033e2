import { isDeepStrictEqual } from 'node:util';
import { DriftloopError } from '@driftloop/errors';
import type { ModelEntry, Registry } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import type { Logger } from '@driftloop/service';
import type { Cluster } from './cluster/cluster.ts';
import type { Registrations } from './registering/registrations.ts';
import { type Desired, desiredOf, ownerBefore } from './resources/desired.ts';
import type { ModelResource } from './resources/model-resource.ts';
import { type Progress, statusOf } from './resources/status.ts';

/** What reconciling works with. */
export interface ReconcileParts {
  readonly cluster: Pick<Cluster, 'models' | 'specs' | 'writeStatus'>;
  readonly registry: Pick<Registry, 'model' | 'publishSpec'>;
  readonly registrations: Registrations;
  /** What the newest verdict of a model says; undefined for a model without one. */
  driftOf(model: string): string | undefined;
  /** ISO 8601. */
  now(): string;
  readonly logger: Logger;
}

/**
 * Brings driftloop one step nearer to what every Model asks for, and says in its status how far it
 * is. Safe to repeat at any moment: what is done is known by its key.
 */
export async function reconcile(parts: ReconcileParts): Promise<void> {
  const { cluster } = parts;
  const specs = cluster.specs();
  const asked = cluster
    .models()
    .map((resource) => ({ resource, desired: attempt(() => desiredOf(resource, specs)) }));
  const claims = asked.flatMap(({ resource, desired }) =>
    desired instanceof DriftloopError ? [] : [{ resource, model: desired.spec.model }],
  );
  for (const { resource, desired } of asked) {
    try {
      await reconcileOne(parts, resource, desired, claims);
    } catch (error) {
      // The others are not kept waiting; this one's turn comes again.
      parts.logger.warn({ resource: resource.metadata.name, err: error }, 'not reconciled: tried again');
    }
  }
}

async function reconcileOne(
  parts: ReconcileParts,
  resource: ModelResource,
  desired: Desired | DriftloopError,
  claims: Parameters<typeof ownerBefore>[2],
): Promise<void> {
  const { cluster, registry, driftOf, now } = parts;
  const model = desired instanceof DriftloopError ? undefined : desired.spec.model;
  const progress =
    desired instanceof DriftloopError
      ? invalid('NotValid', desired)
      : await advance(parts, resource, desired, claims);
  const known = model === undefined ? undefined : registry.model(model);
  const drift = model === undefined || known === undefined ? undefined : driftOf(model);
  const status = statusOf({ resource, model, progress, state: known?.state, drift, now: now() });
  if (!isDeepStrictEqual(status, resource.status)) await cluster.writeStatus(resource.metadata.name, status);
}

async function advance(
  { registry, registrations }: ReconcileParts,
  resource: ModelResource,
  desired: Desired,
  claims: Parameters<typeof ownerBefore>[2],
): Promise<Progress> {
  const { model } = desired.spec;
  const other = ownerBefore(resource, model, claims);
  if (other !== undefined)
    return { step: 'invalid', reason: 'Conflict', message: `Model ${other} asks for '${model}' already.` };
  const known = registry.model(model);
  const version = known && versionOf(known, desired.key);
  if (known !== undefined && version !== undefined && !isHalfDone(known, version, resource)) {
    try {
      if (!isSameSpec(known.spec, desired.spec)) await registry.publishSpec(desired.spec);
    } catch (error) {
      if (error instanceof DriftloopError && error.code === 'SPEC_INVALID') return invalid('NotValid', error);
      throw error;
    }
    return { step: 'registered', version };
  }
  const registration = registrations.of(desired.key);
  if (registration?.is === 'failed')
    return { step: registration.again ? 'waiting' : 'refused', message: registration.message };
  registrations.begin(resource, desired);
  return { step: 'registering' };
}

function versionOf({ state }: ModelEntry, key: string): number | undefined {
  return [...state.versions.values()].find(({ commandId }) => commandId === key)?.version;
}

/**
 * The command ended between the version's first event and the one that brings it where it is to
 * answer.
 */
function isHalfDone({ state }: ModelEntry, version: number, { spec: { rollout } }: ModelResource): boolean {
  return rollout !== 'Registered' && state.versions.get(version)?.status === 'registered';
}

function isSameSpec(known: ModelSpec, wanted: ModelSpec): boolean {
  return isDeepStrictEqual({ ...known, updatedAt: 0 }, { ...wanted, updatedAt: 0 });
}

function invalid(reason: string, { message }: DriftloopError): Progress {
  return { step: 'invalid', reason, message };
}

function attempt(work: () => Desired): Desired | DriftloopError {
  try {
    return work();
  } catch (error) {
    if (error instanceof DriftloopError) return error;
    throw error;
  }
}
