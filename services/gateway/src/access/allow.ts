import { covers, mayTouch } from '@driftloop/access';
import { DriftloopError } from '@driftloop/errors';
import type { AccessRole } from '@driftloop/schemas';
import type { Identity } from './identity.ts';

/** What a call wants. */
export interface Wanted {
  readonly role: AccessRole;
  /** The model that it is about; undefined for none, or for several. */
  readonly model?: string | undefined;
  /** It is about what belongs to no model, so a caller for some models only may not. */
  readonly isForAll?: boolean | undefined;
}

/**
 * Checks that a caller may do something. Pure.
 *
 * @throws DriftloopError FORBIDDEN naming the role or the model
 */
export function requireAllowed(caller: Identity, { role, model, isForAll = false }: Wanted): void {
  const who = `'${caller.name}' (${caller.role})`;
  if (!covers(caller.role, role))
    throw new DriftloopError('FORBIDDEN', `This call needs the role ${role}; ${who} has another.`);
  if (caller.models === null) return;
  const theirs = caller.models.join(', ');
  if (isForAll)
    throw new DriftloopError('FORBIDDEN', `This call is for all models; ${who} is for ${theirs}.`);
  if (model !== undefined && !mayTouch(caller.models, model))
    throw new DriftloopError('FORBIDDEN', `This call is about another model; ${who} is for ${theirs}.`);
}
