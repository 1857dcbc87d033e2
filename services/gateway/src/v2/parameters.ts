import { DriftloopError } from '@driftloop/errors';
import { EARLIEST_EVENT_TIME, LATEST_EVENT_TIME } from '@driftloop/spec';

/**
 * Parameters of a call as they came; those that are not known are passed over, as other servers do.
 */
export type Parameters = Readonly<Record<string, unknown>>;

/** What a call says beside its tensors. */
export interface CallParameters {
  /** Of the rows; undefined for ids that are made. */
  readonly requestIds: readonly string[] | undefined;
  /** Event time of each row, or of all of them, epoch ms; undefined for now. */
  readonly eventTimes: readonly number[] | number | undefined;
  /** Deadline, ms from now; undefined for the setting. */
  readonly timeoutMs: number | undefined;
}

const MOST_ID_LENGTH = 256;
const MICROS_PER_MS = 1_000;

/**
 * Reads the parameters that driftloop knows: `request_ids`, `event_time` (epoch ms) and `timeout`
 * (microseconds, as in Triton). Lists may be JSON texts: parameters of gRPC have none.
 *
 * @param rows of the call
 * @throws DriftloopError REQUEST_INVALID naming the parameter that is wrong
 */
export function callParameters(parameters: Parameters, rows: number): CallParameters {
  return {
    requestIds: requestIdsOf(parameters.request_ids, rows),
    eventTimes: eventTimesOf(parameters.event_time, rows),
    timeoutMs: timeoutOf(parameters.timeout),
  };
}

function requestIdsOf(given: unknown, rows: number): string[] | undefined {
  if (given === undefined) return undefined;
  const ids = listOf(given);
  const isId = (id: unknown): id is string =>
    typeof id === 'string' && id.length > 0 && id.length <= MOST_ID_LENGTH && id.isWellFormed();
  if (!ids?.every(isId)) throw wrong('request_ids', `a list of texts of 1 to ${MOST_ID_LENGTH} characters`);
  if (ids.length !== rows) throw wrong('request_ids', `a list of ${rows}, one per row; it has ${ids.length}`);
  if (new Set(ids).size < ids.length) throw wrong('request_ids', 'a list without one that is there twice');
  return ids;
}

function eventTimesOf(given: unknown, rows: number): number[] | number | undefined {
  if (given === undefined) return undefined;
  const isTime = (time: unknown): time is number =>
    Number.isInteger(time) && Number(time) >= EARLIEST_EVENT_TIME && Number(time) <= LATEST_EVENT_TIME;
  if (isTime(given)) return given;
  const times = listOf(given);
  if (!times?.every(isTime) || times.length !== rows)
    throw wrong(
      'event_time',
      'milliseconds since 1970, until before 2200, for all rows or as a list of one per row',
    );
  return times;
}

function timeoutOf(given: unknown): number | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'number' || !(given > 0)) throw wrong('timeout', 'a number of microseconds above 0');
  return Math.ceil(given / MICROS_PER_MS);
}

function listOf(given: unknown): unknown[] | undefined {
  if (Array.isArray(given)) return given;
  if (typeof given !== 'string') return undefined;
  try {
    const parsed: unknown = JSON.parse(given);
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function wrong(name: string, what: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', `Parameter '${name}' must be ${what}.`);
}
