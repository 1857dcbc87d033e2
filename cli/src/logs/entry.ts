/** Levels, least severe first. */
export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type Level = (typeof LEVELS)[number];

/** One entry of a log. */
export interface LogEntry {
  /** Epoch ms; undefined for a line that bears no time. */
  readonly at: number | undefined;
  readonly level: Level;
  readonly message: string;
  /** What else the entry says, by name. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Lines that belong to it: a stack, for example. */
  readonly more: readonly string[];
}

/** What every entry of a service has, or that is shown otherwise. */
const SHOWN_OTHERWISE = new Set(['level', 'time', 'service', 'pid', 'hostname', 'name', 'msg']);
/**
 * How the parts on a JVM begin a line: Kafka's time is that of this machine, the registry has the
 * zone behind the month.
 */
const JVM =
  /^\[?(\d{4})-(\d\d)([+-]\d\d)?-(\d\d)[ T](\d\d:\d\d:\d\d)(?:,(\d{3}))?\]? (TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\s+(.*)$/;
const TELLING = /\b(?:[\w$.]*(?:Error|Exception)\b|ERROR|FATAL|error:)/;

/** Whether a line belongs to the one before it. */
export function isContinuation(line: string): boolean {
  return /^(?:\s|\}|$)/.test(line);
}

/** Reads a line that begins an entry, and the lines that belong to it. */
export function entryOf(line: string, more: readonly string[] = []): LogEntry {
  const json = line.startsWith('{') ? ofJson(line) : undefined;
  if (json !== undefined) return { ...json, more };
  const [, year, month, zone, day, time, millis = '000', level, message = ''] = JVM.exec(line) ?? [];
  if (level !== undefined) {
    const offset = zone === undefined ? '' : `${zone}:00`;
    const at = Date.parse(`${year}-${month}-${day}T${time}.${millis}${offset}`);
    return { at, level: level.toLowerCase() as Level, message, fields: {}, more };
  }
  const isError = [line, ...more].some((text) => TELLING.test(text));
  return { at: undefined, level: isError ? 'error' : 'info', message: line, fields: {}, more };
}

function ofJson(line: string): Omit<LogEntry, 'more'> | undefined {
  try {
    const said = JSON.parse(line) as Record<string, unknown>;
    const at = Date.parse(String(said.time));
    if (Number.isNaN(at) || typeof said.level !== 'number') return undefined;
    return {
      at,
      // pino counts in tens, from 10 for trace.
      level: LEVELS[Math.min(Math.max(Math.floor(said.level / 10) - 1, 0), LEVELS.length - 1)] ?? 'info',
      message: String(said.msg ?? ''),
      fields: Object.fromEntries(Object.entries(said).filter(([name]) => !SHOWN_OTHERWISE.has(name))),
    };
  } catch {
    return undefined;
  }
}

/** Whether an entry is at least as severe. */
export function isAtLeast({ level }: Pick<LogEntry, 'level'>, least: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(least);
}
