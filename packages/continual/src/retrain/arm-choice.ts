import type { ReplayMemory } from '../memory/replay-memory.ts';
import type { Arm } from './arms.ts';

/** Where the losses of earlier runs are kept in a memory. */
const STATE = 'recency/losses';
/** What a run's losses count after each later run. */
const DISCOUNT = 0.9;
/** Rows' worth of log loss (nats) by which one arm must lead for e times its weight. */
const TEMPERATURE = 20;

/** An arm with less weight than this is not tried, until its losses have been discounted. */
const LEAST_WEIGHT = 0.05;

/** How to train, judged from how candidates did on rows they had not seen. */
export interface ArmChoice extends Arm {
  /**
   * Half-life in rows: the geometric mean over the strategy's arms, weighted by how well they did.
   */
  readonly halfLifeRows: number;
  /** The arm of the strategy with the most weight. */
  readonly best: number;
  /** Weight of each arm, 0 where it was not tried. */
  readonly weights: readonly number[];
  /** Discounted losses, to be kept in the memory. */
  readonly losses: Float32Array;
}

/**
 * Chooses a strategy and a half-life by exponential weights over what each arm lost on the newest
 * rows, now and, discounted, in earlier runs (Hedge with discounting: Freund & Schapire 1997;
 * Herbster & Warmuth 1998 for drifting targets). One window says little; the line of versions
 * remembers the others. Of strategies the one whose arms have the most weight together is taken.
 *
 * @param losses Summed loss of each arm on the same rows, in nats; undefined for one that was not
 *   tried, of which nothing new is known. At least one was.
 */
export function chooseArm(
  arms: readonly Arm[],
  losses: readonly (number | undefined)[],
  memory: ReplayMemory,
): ArmChoice {
  const known = knownLosses(arms, memory);
  const least = Math.min(...losses.flatMap((loss) => loss ?? []));
  const summed = Float32Array.from(losses, (loss, arm) => (loss ?? least) - least + DISCOUNT * known[arm]!);
  const weights = weightsOf(arms, summed).map((weight, arm) => (losses[arm] === undefined ? 0 : weight));
  const strategy = heaviest(arms, weights);
  const own = arms.map((arm, index) => (arm.strategy === strategy ? weights[index]! : 0));
  const ownTotal = own.reduce((sum, weight) => sum + weight, 0);
  const logHalfLife = own.reduce((sum, weight, arm) => sum + weight * Math.log(arms[arm]!.halfLifeRows), 0);
  return {
    strategy,
    halfLifeRows: Math.exp(logHalfLife / ownTotal),
    best: own.indexOf(Math.max(...own)),
    weights,
    losses: summed,
  };
}

/**
 * The arms that a run tries: those that may still be the best by what earlier runs say. The others
 * sleep (Freund, Schapire, Singer & Warmuth 1997), so that a long line of versions costs few fits;
 * as their losses are discounted they wake.
 *
 * @returns indices, ascending
 */
export function awakeArms(arms: readonly Arm[], memory: ReplayMemory): number[] {
  const weights = weightsOf(arms, knownLosses(arms, memory));
  const most = Math.max(...weights);
  return weights.flatMap((weight, arm) => (weight >= LEAST_WEIGHT || weight === most ? [arm] : []));
}

function knownLosses(arms: readonly Arm[], memory: ReplayMemory): Float32Array {
  const earlier = memory.state.get(STATE);
  return earlier?.length === arms.length ? earlier : new Float32Array(arms.length);
}

/** Exponential weights; they sum to 1. */
function weightsOf(arms: readonly Arm[], losses: Float32Array): number[] {
  const lead = Math.min(...losses);
  const shares = Array.from(
    losses,
    (loss, arm) => Math.exp((lead - loss) / TEMPERATURE) / sizeOf(arms, arms[arm]!),
  );
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

/**
 * Arms of a strategy: each strategy has the same weight at first, however many half-lives it has.
 */
function sizeOf(arms: readonly Arm[], { strategy }: Arm): number {
  return arms.filter((arm) => arm.strategy === strategy).length;
}

function heaviest(arms: readonly Arm[], weights: readonly number[]): string {
  const byStrategy = new Map<string, number>();
  for (const [index, { strategy }] of arms.entries())
    byStrategy.set(strategy, (byStrategy.get(strategy) ?? 0) + weights[index]!);
  const [first] = [...byStrategy].sort((a, b) => b[1] - a[1]);
  return first![0];
}

/** The memory with the losses that the next run starts from. */
export function rememberArms(memory: ReplayMemory, choice: ArmChoice): ReplayMemory {
  return { ...memory, state: new Map([...memory.state, [STATE, choice.losses]]) };
}
