import { resolve } from 'node:path';
import { DriftloopError } from '@driftloop/errors';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_DATA_DIR } from '../environment/settings.ts';

/** Options that every command has. */
export interface CommonOptions {
  readonly data: string;
  readonly json?: boolean;
}

/** Adds --data and --json. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--data <folder>', 'data folder of `driftloop up`', (folder) => resolve(folder), DEFAULT_DATA_DIR)
    .option('--json', 'print one JSON object for machines');
}

/** Parses a number within bounds. */
export function numberBetween(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Parses a whole number within bounds. */
export function wholeBetween(least: number, most: number): (text: string) => number {
  const parse = numberBetween(least, most);
  return (text) => {
    const value = parse(text);
    if (Number.isInteger(value)) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** Parses a point in time: ISO 8601, or epoch milliseconds. */
export function timeOf(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(value))
    throw new InvalidArgumentError('It must be an ISO 8601 time or epoch milliseconds.');
  return value;
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Parses how long ago (`90s`, `10m`, `2h`, `1d`), or a point in time. @returns epoch ms */
export function sinceOf(text: string): number {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit];
  if (unitMs !== undefined) return Date.now() - Number(count) * unitMs;
  const value = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isNaN(value)) return value;
  throw new InvalidArgumentError('It must be 90s, 10m, 2h, 1d, an ISO 8601 time or epoch milliseconds.');
}

/** Parses `from:to` rows, either side may be left out: `0:4531`, `4531:`. */
function rowRange(text: string): { from: number; to: number } {
  const match = /^(\d*):(\d*)$/.exec(text);
  if (!match) throw new InvalidArgumentError('It must be from:to, for example 0:4531 or 4531:');
  const from = match[1] === '' ? 0 : Number(match[1]);
  const to = match[2] === '' ? Number.POSITIVE_INFINITY : Number(match[2]);
  if (to <= from) throw new DriftloopError('REQUEST_INVALID', `--rows ${text} is empty.`);
  return { from, to };
}

/** --rows: all unless told otherwise. */
export function rowsOption(): Option {
  return new Option('--rows <from:to>', 'only these rows')
    .argParser(rowRange)
    .default({ from: 0, to: Number.POSITIVE_INFINITY }, 'all');
}

/** --start: the first half-hour of Elec2 unless told otherwise. */
export function startOption(): Option {
  const first = '1996-05-07T00:00:00Z';
  return new Option('--start <time>', 'event time of row 0, ISO 8601 or epoch milliseconds')
    .argParser(timeOf)
    .default(Date.parse(first), first);
}

/** --from: where a slice of history begins. */
export function fromOption(): Option {
  return new Option('--from <time>', 'event time of the first requests, inclusive')
    .argParser(timeOf)
    .default(0, 'the first there is');
}

/** --to: where it ends. */
export function toOption(): Option {
  return new Option('--to <time>', 'event time until which, exclusive')
    .argParser(timeOf)
    .default(8.64e15, 'the last there is');
}

/** Collects `key=value` options into an object; values that read as JSON become what they say. */
export function keyValue(text: string, previous: Record<string, unknown> = {}): Record<string, unknown> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be key=value.');
  const value = text.slice(at + 1);
  return { ...previous, [text.slice(0, at)]: jsonOrText(value) };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
