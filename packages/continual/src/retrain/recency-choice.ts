import type { ReplayMemory } from '../memory/replay-memory.ts';

/** Where the losses of earlier runs are kept in a memory. */
const STATE = 'recency/losses';
/** What a run's losses count after each later run. */
const DISCOUNT = 0.9;
/** Rows' worth of log loss (nats) by which one half-life must lead for e times its weight. */
const TEMPERATURE = 20;

/**
 * How fast old rows should count less, judged from how candidates with different half-lives did on
 * rows they had not seen.
 */
export interface RecencyChoice {
  /** Half-life in rows: the candidates' geometric mean, weighted by how well they did. */
  readonly halfLifeRows: number;
  /** Weight of each candidate; sums to 1. */
  readonly weights: readonly number[];
  /** Discounted losses, to be kept in the memory. */
  readonly losses: Float32Array;
}

/**
 * Chooses a half-life by exponential weights over what each candidate lost on the newest rows, now
 * and, discounted, in earlier runs (Hedge with discounting: Freund & Schapire 1997; Herbster &
 * Warmuth 1998 for drifting targets). One window says little; the line of versions remembers the
 * others.
 *
 * @param losses Summed loss of each candidate on the same rows, in nats.
 */
export function chooseRecency(
  halfLives: readonly number[],
  losses: readonly number[],
  memory: ReplayMemory,
): RecencyChoice {
  const earlier = memory.state.get(STATE);
  const known = earlier?.length === halfLives.length ? earlier : new Float32Array(halfLives.length);
  const best = Math.min(...losses);
  const summed = Float32Array.from(losses, (loss, arm) => loss - best + DISCOUNT * known[arm]!);
  const lead = Math.min(...summed);
  const shares = Array.from(summed, (loss) => Math.exp((lead - loss) / TEMPERATURE));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const weights = shares.map((share) => share / total);
  const logHalfLife = weights.reduce((sum, weight, arm) => sum + weight * Math.log(halfLives[arm]!), 0);
  return { halfLifeRows: Math.exp(logHalfLife), weights, losses: summed };
}

/** The memory with the losses that the next run starts from. */
export function rememberRecency(memory: ReplayMemory, choice: RecencyChoice): ReplayMemory {
  return { ...memory, state: new Map([...memory.state, [STATE, choice.losses]]) };
}
