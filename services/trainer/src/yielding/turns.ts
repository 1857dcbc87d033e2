/** When training makes way for serving, and for how long. */
export interface YieldLimits {
  /**
   * Longest rest, ms. After it training goes on for as long, however serving does: a service
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
 * The turn that follows from how serving does. Training rests when its load is above the limit, and
 * goes on when it is half as much: at one limit it would do both in turns. Pure.
 *
 * @param pressure how many times its limit the load of serving is
 * @param nowMs of a clock that never goes back
 */
export function nextTurn(turn: Turn, pressure: number, nowMs: number, limits: YieldLimits): Turn {
  if (!turn.isResting) {
    const mayRest = turn.untilMs === undefined || nowMs >= turn.untilMs;
    return pressure > 1 && mayRest ? { isResting: true, since: nowMs } : turn;
  }
  if (pressure <= 0.5) return { isResting: false, since: nowMs };
  if (nowMs - turn.since < limits.mostRestMs) return turn;
  return { isResting: false, since: nowMs, untilMs: nowMs + limits.mostRestMs };
}
