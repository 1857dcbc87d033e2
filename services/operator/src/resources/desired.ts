import { createHash } from 'node:crypto';
import { DriftloopError } from '@driftloop/errors';
import { validateSpec } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import type { ModelResource, ModelSpecResource } from './model-resource.ts';

/** What a Model asks for. */
export interface Desired {
  readonly spec: ModelSpec;
  /**
   * What the version is known by: the same resource with the same file and reference is the same
   * version, however often it is applied and whoever carries it out.
   */
  readonly key: string;
}

/**
 * What a Model asks for.
 *
 * @param specs the ModelSpecs of its namespace, by name
 * @throws DriftloopError SPEC_INVALID saying what is wrong with its spec
 */
export function desiredOf(
  { metadata, spec: { spec, specRef, source, reference } }: ModelResource,
  specs: ReadonlyMap<string, ModelSpecResource>,
): Desired {
  const given = spec ?? (specRef && specs.get(specRef.name)?.spec);
  if (given === undefined)
    throw new DriftloopError(
      'SPEC_INVALID',
      `There is no ModelSpec '${specRef?.name}' in this namespace: apply it, or correct spec.specRef.name.`,
    );
  const digest = createHash('sha256')
    .update(JSON.stringify(sorted({ source, reference })))
    .digest('hex');
  return { spec: validateSpec(given), key: `kubernetes/${metadata.uid}/${digest.slice(0, 32)}` };
}

/**
 * Which of the Models asks for a model: the oldest. Two that name the same one would take turns in
 * putting it right.
 *
 * @param claims models by the names of resources; without those whose spec is not valid
 * @returns the other resource that has it, or undefined
 */
export function ownerBefore(
  resource: ModelResource,
  model: string,
  claims: readonly { readonly resource: ModelResource; readonly model: string }[],
): string | undefined {
  const age = ({ metadata }: ModelResource) => `${metadata.creationTimestamp} ${metadata.uid}`;
  const [first] = claims
    .filter((claim) => claim.model === model)
    .map((claim) => claim.resource)
    .sort((a, b) => (age(a) < age(b) ? -1 : 1));
  if (first === undefined || first.metadata.uid === resource.metadata.uid) return undefined;
  return age(first) < age(resource) ? first.metadata.name : undefined;
}

/** With keys in one order: what a person or an API server reorders stays the same. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
