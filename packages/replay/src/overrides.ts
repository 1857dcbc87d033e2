import { DriftloopError } from '@driftloop/errors';
import { validateSpec } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';

/**
 * A spec with some of its values replaced.
 *
 * @param overrides dotted path in the spec → value, for example `{ 'window.minSamples': 100 }`
 * @throws DriftloopError REQUEST_INVALID for a path that the spec does not have, SPEC_INVALID for a
 *   value that it does not allow
 */
export function overrideSpec(spec: ModelSpec, overrides: Readonly<Record<string, unknown>>): ModelSpec {
  const copy: Record<string, unknown> = structuredClone({ ...spec });
  for (const [path, value] of Object.entries(overrides)) setAt(copy, path, value);
  return validateSpec(copy);
}

function setAt(target: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let place = target;
  for (const key of keys) {
    const next = Object.hasOwn(place, key) ? place[key] : undefined;
    if (typeof next !== 'object' || next === null || Array.isArray(next)) throw unknownPath(path, target);
    place = next as Record<string, unknown>;
  }
  if (!Object.hasOwn(place, last)) throw unknownPath(path, target);
  place[last] = value;
}

function unknownPath(path: string, spec: Record<string, unknown>): DriftloopError {
  const known = ['window', 'drift', 'retrain', 'rollout'].flatMap((part) =>
    Object.keys(spec[part] ?? {}).map((key) => `${part}.${key}`),
  );
  return new DriftloopError(
    'REQUEST_INVALID',
    `The spec has no '${path}' to set; it has ${known.join(', ')}.`,
  );
}
