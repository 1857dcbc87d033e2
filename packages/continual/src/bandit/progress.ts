/**
 * Maps measured progress per unit of compute to a reward in [0, 1]: 0.5 is what has been usual
 * lately.
 */
export interface RewardScale {
  reward(progress: number): number;
}

/** How fast the notion of what is usual follows. */
const FOLLOWING = 0.1;

/**
 * Progress shrinks as training goes on, so it is measured against its own running mean and spread.
 */
export function createRewardScale(): RewardScale {
  let mean: number | undefined;
  let spread = 0;
  return {
    reward(progress) {
      mean ??= progress;
      const surprise = progress - mean;
      mean += FOLLOWING * surprise;
      spread += FOLLOWING * (Math.abs(surprise) - spread);
      return spread > 0 ? 1 / (1 + Math.exp(-surprise / spread)) : 0.5;
    },
  };
}
