import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { entryOf, isAtLeast, isContinuation, type Level, type LogEntry } from './entry.ts';
import { linesAfter, linesBackwards } from './lines.ts';

/** An entry and whose it is. */
export interface ServiceEntry extends LogEntry {
  readonly service: string;
}

/** Which entries. */
export interface LogQuery {
  /** Epoch ms. @default all that are kept */
  readonly since?: number;
  readonly level: Level;
  /** Most entries; the newest are kept. */
  readonly limit: number;
}

/** Names of what logs into a folder. */
export function loggers(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((file) => /^([a-z-]+)\.log$/.exec(file)?.[1] ?? [])
    .sort();
}

/** Where entries are that come after what was read. */
export type Positions = ReadonlyMap<string, number>;

/**
 * The newest entries of some services, in order of time, and where what comes next will be. A log
 * that was put aside (`.1`) is read, too.
 */
export function newestEntries(
  folder: string,
  services: readonly string[],
  query: LogQuery,
): { entries: ServiceEntry[]; positions: Positions } {
  const positions = new Map<string, number>();
  const entries = services.flatMap((service) => {
    const path = logPath(folder, service);
    const size = existsSync(path) ? statSync(path).size : 0;
    positions.set(service, size);
    return newestOf(path, size, query).map((entry) => ({ ...entry, service }));
  });
  return { entries: inOrder(entries).slice(-query.limit), positions };
}

/** What has come since, in order of time. */
export function entriesAfter(
  folder: string,
  positions: Positions,
  level: Level,
): { entries: ServiceEntry[]; positions: Positions } {
  const next = new Map<string, number>();
  const entries = [...positions].flatMap(([service, from]) => {
    const path = logPath(folder, service);
    if (!existsSync(path)) {
      next.set(service, 0);
      return [];
    }
    // It was cut: what was written before that lies where it was put aside.
    const isCut = statSync(path).size < from;
    const before = isCut && existsSync(`${path}.1`) ? linesAfter(`${path}.1`, from).lines : [];
    const { lines, next: position } = linesAfter(path, isCut ? 0 : from);
    next.set(service, position);
    return forward([...before, ...lines])
      .filter((entry) => isAtLeast(entry, level))
      .map((entry) => ({ ...entry, service }));
  });
  return { entries: inOrder(entries), positions: next };
}

function logPath(folder: string, service: string): string {
  return join(folder, `${service}.log`);
}

/** Oldest first. */
function newestOf(path: string, size: number, { since = 0, level, limit }: LogQuery): LogEntry[] {
  const found: LogEntry[] = [];
  for (const entry of backwards(path, size)) {
    if ((entry.at ?? Number.POSITIVE_INFINITY) < since || found.length === limit) break;
    if (isAtLeast(entry, level)) found.push(entry);
  }
  return found.reverse();
}

/** Entries from the newest on; one without a time has that of the one before it. */
function* backwards(path: string, size: number): Generator<LogEntry> {
  let more: string[] = [];
  let untimed: LogEntry[] = [];
  for (const line of allLinesBackwards(path, size)) {
    if (isContinuation(line)) {
      more.unshift(line);
      continue;
    }
    const entry = entryOf(line, more);
    more = [];
    if (entry.at === undefined) untimed.push(entry);
    else {
      for (const later of untimed) yield { ...later, at: entry.at };
      untimed = [];
      yield entry;
    }
  }
  yield* untimed;
}

function* allLinesBackwards(path: string, size: number): Generator<string> {
  if (existsSync(path)) yield* linesBackwards(path, size);
  const older = `${path}.1`;
  if (existsSync(older)) yield* linesBackwards(older, statSync(older).size);
}

function forward(lines: readonly string[]): LogEntry[] {
  const entries: LogEntry[] = [];
  let at: number | undefined;
  for (let index = 0; index < lines.length; ) {
    const head = index++;
    while (index < lines.length && isContinuation(lines[index] ?? '')) index++;
    const entry = entryOf(lines[head] ?? '', lines.slice(head + 1, index));
    at = entry.at ?? at;
    entries.push({ ...entry, at });
  }
  return entries;
}

/** By time; entries of one service keep their order. */
function inOrder(entries: readonly ServiceEntry[]): ServiceEntry[] {
  return [...entries].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
}
