import { DriftloopError } from '@driftloop/errors';
import type { Mutation } from '../world/world.ts';
import { MUTANTS } from './mutants.ts';

export { MUTANTS } from './mutants.ts';

/** The planted bug of this name. @throws DriftloopError CONFIG_INVALID */
export function mutationNamed(name: string): Mutation {
  const found = MUTANTS[name];
  if (found) return found.mutation;
  throw new DriftloopError(
    'CONFIG_INVALID',
    `No mutant '${name}'. There are ${Object.keys(MUTANTS).join(', ')}.`,
  );
}
