import { strategyNamed } from '../strategies/index.ts';
import type { Strategy } from '../strategies/strategy.ts';

/** A way to train that a run tries. */
export interface Arm {
  readonly strategy: string;
  /** Rows after which a row counts half. */
  readonly halfLifeRows: number;
}

/** The name that a spec gives where the trainer chooses among strategies itself. */
const AUTO = 'auto';

/** Half-lives that are tried with one strategy, in rows. */
export const HALF_LIVES: readonly number[] = [500, 2000, 8000];

/**
 * What is tried where no strategy is named, from the newest rows alone to all that is remembered:
 * which of them suits a stream differs from stream to stream, and from time to time.
 */
const AUTO_ARMS: readonly Arm[] = [
  { strategy: 'naive', halfLifeRows: 500 },
  { strategy: 'naive', halfLifeRows: 2000 },
  { strategy: 'naive', halfLifeRows: 8000 },
  { strategy: 'replay', halfLifeRows: 2000 },
  { strategy: 'cumulative', halfLifeRows: 8000 },
];

const AUTO_NAMES = [...new Set(AUTO_ARMS.map(({ strategy }) => strategy))];

/** What a spec may name instead of a strategy, and what is chosen from then. */
export const CHOICE = {
  name: AUTO,
  summary: `The trainer chooses, run by run, by what ${AUTO_NAMES.join(', ')} do on rows that they have not learnt from.`,
  among: AUTO_NAMES,
} as const;

/** The arms of a run. @param halfLives those to try with a strategy that is named */
export function armsOf(strategy: string, halfLives: readonly number[] = HALF_LIVES): readonly Arm[] {
  if (strategy === AUTO) return AUTO_ARMS;
  return halfLives.map((halfLifeRows) => ({ strategy, halfLifeRows }));
}

/**
 * The strategy that a first version is trained by: it has nothing to remember yet, so that all of
 * `auto` would do the same.
 *
 * @throws DriftloopError STRATEGY_UNKNOWN
 */
export function firstStrategy(name: string): Strategy {
  return strategyNamed(name === AUTO ? 'naive' : name, [AUTO]);
}
