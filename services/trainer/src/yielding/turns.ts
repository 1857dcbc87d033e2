/** When training makes way for serving, and for how long. */
export interface YieldLimits {
  /** Requests that may wait for their answers while training goes on. */
  readonly mostLag: number;
  /**
   * Longest rest, ms. After it training goes on for as long, however many requests wait: a service
   * that has gone would otherwise keep versions from ever being trained.
   */
  readonly mostRestMs: number;
}

/** Whether training goes on or rests, and since when. */
export interface Turn {
  readonly isResting: boolean;
  /** Milliseconds of the clock that `nextTurn` is given. */
  readonly since: number;
  /** It has gone on because a rest was at its longest, and does not rest again before then. */
  readonly untilMs?: number;
}

/**
 * The turn that follows from how many requests wait. Training rests when they are more than the
 * limit, and goes on when they are half as many: at one limit it would do both in turns. Pure.
 *
 * @param lag requests without an answer
 * @param nowMs of a clock that never goes back
 */
export function nextTurn(turn: Turn, lag: number, nowMs: number, limits: YieldLimits): Turn {
  if (!turn.isResting) {
    const mayRest = turn.untilMs === undefined || nowMs >= turn.untilMs;
    return lag > limits.mostLag && mayRest ? { isResting: true, since: nowMs } : turn;
  }
  if (lag <= limits.mostLag / 2) return { isResting: false, since: nowMs };
  if (nowMs - turn.since < limits.mostRestMs) return turn;
  return { isResting: false, since: nowMs, untilMs: nowMs + limits.mostRestMs };
}
