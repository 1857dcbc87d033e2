/** When rows come, by the log's own time. */
export interface LogClock {
  /** Milliseconds between two rows. */
  readonly tickMs: number;
  /** Log time of a row, epoch milliseconds. */
  at(tick: number): number;
  /** Log time at a share of the rows, 0 to 1. */
  atPhase(phase: number): number;
  /** How far the event time of a row lies behind its log time, in milliseconds. */
  lagMs(tick: number): number;
}

const TICK_MS = 18;
const USUAL_LAG_MS = 200;
/** Nothing comes, and nothing happens, for so long. */
const QUIET_NIGHT = { at: 0.45, ms: 30 * 60_000 };
/**
 * Nothing comes for so long, and then what happened meanwhile: the event time goes on where it was,
 * late by as much.
 */
const BACKLOG = { at: 0.62, ms: 20 * 60_000 };
/** The event time has caught up: what was between is missing. */
const EVENT_TIME_GAP_AT = 0.75;

/** The clock of a log of so many rows. @param startMs log time of the first, epoch milliseconds */
export function logClock(rows: number, startMs: number): LogClock {
  const at = (tick: number): number =>
    startMs +
    tick * TICK_MS +
    [QUIET_NIGHT, BACKLOG].reduce((sum, gap) => sum + (tick >= gap.at * rows ? gap.ms : 0), 0);
  return {
    tickMs: TICK_MS,
    at,
    atPhase: (phase) => at(Math.floor(phase * rows)),
    lagMs(tick) {
      const isBehind = tick >= BACKLOG.at * rows && tick < EVENT_TIME_GAP_AT * rows;
      return USUAL_LAG_MS + (isBehind ? BACKLOG.ms : 0);
    },
  };
}
