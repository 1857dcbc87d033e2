import { type Place, placeOf } from '@driftloop/dead-letters';
import { requireAllowed } from '../access/allow.ts';
import type { Identity } from '../access/identity.ts';

/** Which dead letters a caller may see. */
export function modelsOf(caller: Identity | undefined): { models?: readonly string[] } {
  return caller?.models ? { models: caller.models } : {};
}

/** Of records that could not be read nobody knows the model: they are for those who are for all. */
export function requireTheirs({ model }: { readonly model: string }, caller: Identity | undefined): void {
  if (caller !== undefined) requireAllowed(caller, { role: 'operator', model, isForAll: model === '' });
}

/** The place that a path names. @throws DriftloopError REQUEST_INVALID */
export function placeIn({
  topic,
  partition,
  offset,
}: {
  topic: string;
  partition: number;
  offset: number;
}): Place {
  return placeOf(`${topic}/${partition}/${offset}`);
}
