import type { Random } from '@driftloop/stats';

/** A bandit that makes no assumption about how rewards come about: training changes what helps. */
export interface Exp3 {
  /** Probability of each arm; sums to 1. */
  probabilities(): Float64Array;
  /** An arm by these probabilities. */
  draw(): number;
  /**
   * Credits arms.
   * @param shares How much each arm took part in what was rewarded; sums to 1. @param reward In [0,
   *   1].
   */
  reward(shares: ArrayLike<number>, reward: number): void;
}

/**
 * Exp3 with a fixed share (Auer et al. 2002, "The nonstochastic multiarmed bandit problem",
 * Exp3.S): every arm keeps a floor of probability, and a little weight flows back to all, so that
 * an arm that was useless may come back.
 *
 * @param prior Weight of each arm at first.
 */
export function createExp3(
  prior: readonly number[],
  settings: { readonly exploration: number; readonly rate: number; readonly share: number },
  random: Random,
): Exp3 {
  const arms = prior.length;
  const weights = Float64Array.from(prior);
  const probabilities = (): Float64Array => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map(
      (weight) => (1 - settings.exploration) * (weight / total) + settings.exploration / arms,
    );
  };
  return {
    probabilities,
    draw() {
      const chances = probabilities();
      let left = random.uniform();
      for (let arm = 0; arm < arms; arm++) {
        left -= chances[arm]!;
        if (left < 0) return arm;
      }
      return arms - 1;
    },
    reward(shares, reward) {
      const chances = probabilities();
      let total = 0;
      for (let arm = 0; arm < arms; arm++) {
        weights[arm]! *= Math.exp((settings.rate * reward * shares[arm]!) / chances[arm]!);
        total += weights[arm]!;
      }
      // Normalised, so that weights neither overflow nor die.
      for (let arm = 0; arm < arms; arm++) {
        weights[arm] = (1 - settings.share) * (weights[arm]! / total) + settings.share / arms;
      }
    },
  };
}
