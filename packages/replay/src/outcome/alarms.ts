import { DriftloopError } from '@driftloop/errors';
import type { DriftVerdict } from '@driftloop/schemas';

/** A drift that somebody has marked: epoch ms of event time. */
export interface MarkedDrift {
  readonly at: number;
  /** Until when an alarm is about it. @default the next marked one, or the end */
  readonly until?: number;
}

/** How alarms lie beside marked drifts. */
export interface AlarmsBeside {
  readonly found: number;
  readonly missed: number;
  /** Alarms outside every marked drift, and those about one that had been found. */
  readonly falseAlarms: number;
  /**
   * From a drift to the end of the window of its first alarm, on average; null where none is found.
   */
  readonly meanDelayMs: number | null;
}

/** Verdicts at which the state drift begins. */
export function alarmsOf(verdicts: readonly DriftVerdict[]): DriftVerdict[] {
  return verdicts.filter(({ state }, i) => state === 'drift' && verdicts[i - 1]?.state !== 'drift');
}

/** Looks which alarms are about which drift. */
export function alarmsBeside(
  alarms: readonly Pick<DriftVerdict, 'windowEnd'>[],
  marked: readonly MarkedDrift[],
): AlarmsBeside {
  const drifts = [...marked].sort((a, b) => a.at - b.at);
  const delays: number[] = [];
  let falseAlarms = alarms.length;
  drifts.forEach(({ at, until }, i) => {
    const end = until ?? drifts[i + 1]?.at ?? Number.POSITIVE_INFINITY;
    const first = alarms.find(({ windowEnd }) => windowEnd > at && windowEnd <= end);
    if (!first) return;
    falseAlarms--;
    delays.push(first.windowEnd - at);
  });
  return {
    found: delays.length,
    missed: drifts.length - delays.length,
    falseAlarms,
    meanDelayMs: delays.length === 0 ? null : delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
  };
}

/**
 * Reads marked drifts: a JSON list of times (ISO 8601 or epoch ms), or of `{ "at", "until" }`.
 *
 * @param name of the file, for the message
 * @throws DriftloopError REQUEST_INVALID
 */
export function readMarkedDrifts(text: string, name: string): MarkedDrift[] {
  const wrong = (what: string) =>
    new DriftloopError(
      'REQUEST_INVALID',
      `${name}: ${what}. Marked drifts are a JSON list of times, or of { "at": time, "until": time }.`,
    );
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw wrong('this is no JSON');
  }
  if (!Array.isArray(parsed)) throw wrong('this is no list');
  return parsed.map((entry: unknown, i) => {
    const { at, until } = (typeof entry === 'object' && entry !== null ? entry : { at: entry }) as {
      at?: unknown;
      until?: unknown;
    };
    const timeOf = (value: unknown): number => {
      const time =
        typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN;
      if (Number.isFinite(time)) return time;
      throw wrong(`entry ${i} has the time ${JSON.stringify(value)}`);
    };
    return { at: timeOf(at), ...(until === undefined ? {} : { until: timeOf(until) }) };
  });
}
