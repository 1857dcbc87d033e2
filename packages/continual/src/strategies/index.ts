import { DriftloopError } from '@driftloop/errors';
import { cumulative } from './cumulative.ts';
import { naive } from './naive.ts';
import { balancedReplay, replay } from './replay.ts';
import type { Strategy } from './strategy.ts';

/** Every strategy. A new one is a file and a line here. */
export const STRATEGIES: readonly Strategy[] = [naive, cumulative, replay, balancedReplay];

/** The strategy of this name. @throws DriftloopError STRATEGY_UNKNOWN */
export function strategyNamed(name: string): Strategy {
  const strategy = STRATEGIES.find((candidate) => candidate.name === name);
  if (strategy !== undefined) return strategy;
  const known = STRATEGIES.map((candidate) => candidate.name).join(', ');
  throw new DriftloopError('STRATEGY_UNKNOWN', `There is no strategy '${name}': use one of ${known}.`);
}
