import { DriftloopError } from '@driftloop/errors';
import type { Flags } from '../harness/benchmark.ts';
import { integerFlag } from '../harness/integer-flag.ts';
import type { RunMode } from './run/perform-run.ts';

/**
 * Names of the runs, in their order; the others are compared with the first one that comes to rest.
 */
export const RUN_NAMES = [
  'flat',
  'again',
  'paced',
  'backlog',
  'doubled',
  'killed',
  'backtest',
  'elec',
] as const;
export type RunName = (typeof RUN_NAMES)[number];

/** Runs of the fixed log by services; `backtest` is made of what they left. */
export type LiveRunName = Exclude<RunName, 'backtest' | 'elec'>;

/** What the command line asked for. */
export interface InvarianceOptions {
  readonly rows: number;
  readonly seed: number;
  readonly runs: readonly RunName[];
  readonly startMs: number;
  readonly appendTime: boolean;
  readonly kills: number;
  readonly pacedRows: number;
  /** How often Elec2 is repeated. */
  readonly elecRepeats: number;
}

/** The benchmark's own flags, as `parseArgs` takes them. */
export const flags = {
  rows: { type: 'string' },
  seed: { type: 'string' },
  runs: { type: 'string' },
  start: { type: 'string' },
  quick: { type: 'boolean' },
  'append-time': { type: 'boolean' },
} as const;

const DAY_MS = 86_400_000;
const KILLS = 20;
const PACED_ROWS = 15_000;
const FULL = { rows: 100_000, elecRepeats: 6, kills: KILLS, pacedRows: PACED_ROWS };
const QUICK = { rows: 20_000, elecRepeats: 1, kills: 6, pacedRows: 3_000 };

/**
 * Reads them.
 *
 * @param nowMs the log begins on the day before unless told otherwise: ClickHouse keeps what Kafka
 *   stamped in the last 90 days
 * @throws DriftloopError REQUEST_INVALID naming the flag
 */
export function readOptions(given: Flags, nowMs: number): InvarianceOptions {
  const size = given.quick === true ? QUICK : FULL;
  const startMs =
    given.start === undefined
      ? Math.floor(nowMs / DAY_MS) * DAY_MS - DAY_MS
      : Date.parse(String(given.start));
  if (!Number.isFinite(startMs))
    throw invalid(`--start must be a time such as 2026-11-28, not '${given.start}'.`);
  return {
    ...size,
    rows: integerFlag('rows', given.rows, size.rows, 5_000),
    seed: integerFlag('seed', given.seed, 1, 0),
    runs: given.runs === undefined ? RUN_NAMES : runNames(String(given.runs)),
    startMs,
    appendTime: given['append-time'] === true,
  };
}

/** How a run processes the log. */
export function modeOf(name: LiveRunName, { kills, pacedRows }: InvarianceOptions): RunMode {
  switch (name) {
    case 'flat':
    case 'again':
      return {};
    case 'paced':
      return { pacedRows };
    case 'backlog':
      return { isBacklog: true };
    case 'doubled':
      return { instances: 2 };
    case 'killed':
      return { kills };
  }
}

function runNames(text: string): RunName[] {
  const wanted = text.split(',');
  const unknown = wanted.find((name) => !RUN_NAMES.some((known) => known === name));
  if (unknown !== undefined)
    throw invalid(`--runs has no '${unknown}'; there are ${RUN_NAMES.join(', ')}, separated by commas.`);
  return RUN_NAMES.filter((name) => wanted.includes(name));
}

function invalid(message: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', message);
}
