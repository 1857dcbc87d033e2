import type { Strategy } from '../../queries/strategies.ts';

/**
 * What a bout is between where nobody says it: the choice of the trainer, and what it is among.
 * Pure.
 */
export function usualBout(strategies: readonly Pick<Strategy, 'name' | 'among'>[]): string[] {
  return strategies.flatMap(({ name, among }) => (among === null ? [] : [name, ...among]));
}
