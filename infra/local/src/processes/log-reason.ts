import { existsSync, readFileSync } from 'node:fs';
import { redactUrls } from '@driftloop/errors';

/** What fits into a line that a person reads. */
const REASON_CHARACTERS = 300;
/** pino's level of what ends a process, and of what failed. */
const FATAL = 60;
const ERROR = 50;
/** How runtimes and JVMs begin the line that says what was wrong. */
const TELLING = /\b(?:[\w$.]*(?:Error|Exception)\b|ERROR|FATAL|error:)/;
const NOISE = /^\s*(?:at |\.{3} \d+ more|Node\.js v|\^+$|[}\])]|$)/;

/**
 * Why a process ended, in one line, from what its log says from byte `from` on: the last fatal or
 * failed entry of a JSON log, else the last line that names an error, else its last line. Empty
 * when the log says nothing.
 */
export function logReason(log: string, from: number): string {
  if (!existsSync(log)) return '';
  const text = readFileSync(log);
  // It was put aside since: all that is there now came later.
  return reasonOf(text.subarray(from > text.length ? 0 : from).toString('utf8'));
}

/** The same of a text. */
export function reasonOf(text: string): string {
  const lines = text.split('\n').filter((line) => !NOISE.test(line));
  const entries = lines.flatMap((line) => entryOf(line) ?? []);
  const entry =
    entries.findLast(({ level }) => level >= FATAL) ?? entries.findLast(({ level }) => level >= ERROR);
  const plain = lines.filter((line) => entryOf(line) === undefined);
  const reason =
    entry?.reason ??
    plain.findLast((line) => TELLING.test(line)) ??
    plain.at(-1) ??
    entries.at(-1)?.reason ??
    '';
  return shortened(redactUrls(reason.trim().replaceAll(/\s+/g, ' ')));
}

function shortened(reason: string): string {
  return reason.length > REASON_CHARACTERS ? `${reason.slice(0, REASON_CHARACTERS - 1)}…` : reason;
}

/** A line of a service's log; undefined when it is none. */
function entryOf(line: string): { level: number; reason: string } | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { level, msg, error, err } = JSON.parse(line) as Record<string, unknown>;
    const { code, message } = (error ?? err ?? {}) as { code?: unknown; message?: unknown };
    const told = message === undefined ? String(msg ?? '') : String(message);
    return { level: Number(level), reason: code === undefined ? told : `${String(code)}: ${told}` };
  } catch {
    return undefined;
  }
}
