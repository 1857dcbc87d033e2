import type { AccessRole } from '@driftloop/schemas';

/** From the least to the most: each may do what those before it may. */
export const ROLES: readonly AccessRole[] = ['viewer', 'operator', 'admin'];

/** Whether a role may do what needs another one at least. */
export function covers(role: AccessRole, least: AccessRole): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** Whether models are allowed to somebody. @param models of theirs; null for all */
export function mayTouch(models: readonly string[] | null, model: string): boolean {
  return models === null || models.includes(model);
}
