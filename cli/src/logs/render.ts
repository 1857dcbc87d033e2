import { colours } from '../output/colours.ts';
import { printable } from '../output/printable.ts';
import type { Level } from './entry.ts';
import type { ServiceEntry } from './read.ts';

const SERVICE_WIDTH = 16;
const LEVEL_WIDTH = 5;
const MOST_CHARACTERS = 200;
const COLOURS: Readonly<Record<Level, (text: string) => string>> = {
  trace: colours.dim,
  debug: colours.dim,
  info: (text) => text,
  warn: colours.yellow,
  error: colours.red,
  fatal: colours.red,
};

/** An entry as a line for people: time (UTC), service, level, what happened, and the fields. */
export function renderEntry({ at, service, level, message, fields, more }: ServiceEntry): string {
  const time = at === undefined ? ''.padEnd(23) : new Date(at).toISOString().slice(0, 23).replace('T', ' ');
  const told = Object.entries(fields).flatMap(([name, value]) => fieldText(name, value));
  const head = [
    colours.dim(time),
    service.padEnd(SERVICE_WIDTH),
    COLOURS[level](level.toUpperCase().padEnd(LEVEL_WIDTH)),
    printable(message),
    colours.dim(printable(told.join(' '))),
  ];
  return [head.join(' ').trimEnd(), ...more.map(printable)].join('\n');
}

/** An entry as one JSON object, with all that it says. */
export function entryJson({ at, service, level, message, fields, more }: ServiceEntry): string {
  const time = at === undefined ? null : new Date(at).toISOString();
  return JSON.stringify({ time, service, level, message, ...fields, ...(more.length > 0 ? { more } : {}) });
}

function fieldText(name: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  return [`${name}=${shortened(valueText(value))}`];
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  // An error: its stack is for --json.
  const { message, code } = value as { message?: unknown; code?: unknown };
  if (typeof message === 'string')
    return JSON.stringify(typeof code === 'string' ? `${code}: ${message}` : message);
  return JSON.stringify(value);
}

function shortened(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
}
