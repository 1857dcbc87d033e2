/** Measures how long clients wait between answers while a version is swapped. */
export interface SwapGaps {
  /** Another live version of this model is wanted. */
  begin(model: string): void;
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
 * Creates the measure: the gap of an answer is the time since the answer before it, or since its batch came where that is
 * later, so that time without requests is no gap. A swap ends with the first answer of another version.
 *
 * @param onSwap gets the longest gap of each swap, milliseconds
 */
export function createSwapGaps(onSwap: (model: string, longestGapMs: number) => void): SwapGaps {
  const last = new Map<string, { version: number; at: number }>();
  const swaps = new Map<string, { from: number | undefined; longest: number }>();
  return {
    begin(model) {
      if (!swaps.has(model)) swaps.set(model, { from: last.get(model)?.version, longest: 0 });
    },
    abandon(model) {
      swaps.delete(model);
    },
    answered(model, version, inHandSince, now) {
      const gap = now - Math.max(last.get(model)?.at ?? 0, inHandSince);
      last.set(model, { version, at: now });
      const swap = swaps.get(model);
      if (!swap) return;
      swap.longest = Math.max(swap.longest, gap);
      swap.from ??= version;
      if (swap.from === version) return;
      swaps.delete(model);
      onSwap(model, swap.longest);
    },
  };
}
