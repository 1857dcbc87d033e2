/** Measures how long clients wait between answers while a version is swapped. */
export interface SwapGaps {
  /** Another live version of this model is wanted than `from`, which answers. */
  begin(model: string, from: number): void;
  /** It could not be loaded: the old one goes on. */
  abandon(model: string): void;
  /**
   * A batch of this model has been answered.
   *
   * @param version live version that answered
   * @param inHandSince when the batch came, milliseconds of the same clock
   */
  answered(model: string, version: number, inHandSince: number, now: number): void;
}

/**
 * Creates the measure: the gap of an answer is the time since the answer before it, or since its
 * batch came where that is later, so that time without requests is no gap. A swap ends with the
 * first answer of another version.
 *
 * @param onSwap gets the longest gap of each swap, milliseconds
 */
export function createSwapGaps(onSwap: (model: string, longestGapMs: number) => void): SwapGaps {
  const lastAnswerAt = new Map<string, number>();
  const swaps = new Map<string, { readonly from: number; longest: number }>();
  return {
    begin(model, from) {
      swaps.set(model, { from, longest: 0 });
    },
    abandon(model) {
      swaps.delete(model);
    },
    answered(model, version, inHandSince, now) {
      const gap = now - Math.max(lastAnswerAt.get(model) ?? 0, inHandSince);
      lastAnswerAt.set(model, now);
      const swap = swaps.get(model);
      if (!swap) return;
      swap.longest = Math.max(swap.longest, gap);
      if (version === swap.from) return;
      swaps.delete(model);
      onSwap(model, swap.longest);
    },
  };
}
