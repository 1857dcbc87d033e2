import { DriftloopError } from '@driftloop/errors';
import { aGem } from './a-gem.ts';
import { adapters } from './adapters.ts';
import { bandit } from './bandit.ts';
import { cumulative } from './cumulative.ts';
import { der, derPlusPlus } from './der.ts';
import { ewc, onlineEwc } from './ewc.ts';
import { gem } from './gem.ts';
import { lwf } from './lwf.ts';
import { mas } from './mas.ts';
import { naive } from './naive.ts';
import { balancedReplay, replay } from './replay.ts';
import { si } from './si.ts';
import type { Strategy } from './strategy.ts';
import { whatAndHow } from './what-and-how.ts';

/** Every strategy. A new one is a file and a line here. */
export const STRATEGIES: readonly Strategy[] = [
  naive,
  cumulative,
  replay,
  balancedReplay,
  ewc,
  onlineEwc,
  si,
  mas,
  lwf,
  gem,
  aGem,
  der,
  derPlusPlus,
  adapters,
  whatAndHow,
  bandit,
];

/**
 * The strategy of this name.
 * @param also what else a name may be where this one comes from, for the message
 * @throws DriftloopError STRATEGY_UNKNOWN
 */
export function strategyNamed(name: string, also: readonly string[] = []): Strategy {
  const strategy = STRATEGIES.find((candidate) => candidate.name === name);
  if (strategy !== undefined) return strategy;
  const known = [...also, ...STRATEGIES.map((candidate) => candidate.name)].join(', ');
  throw new DriftloopError('STRATEGY_UNKNOWN', `There is no strategy '${name}': use one of ${known}.`);
}
