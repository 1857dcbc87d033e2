import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What tells one process from a later one that was given the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the kernel says it started; opaque, only compared. */
  readonly started: string;
}

interface RunningProcess extends ProcessIdentity {
  /** Its arguments, separated by NUL (Linux) or spaces (elsewhere). */
  readonly command: string;
}

/** The identity of a running process, or undefined when there is none (a zombie counts as none). */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const found = inspect(pid);
  return found === undefined ? undefined : { pid: found.pid, started: found.started };
}

/** Whether the very process that was recorded is still running. */
export function isSameProcess(recorded: ProcessIdentity): boolean {
  return inspect(recorded.pid)?.started === recorded.started;
}

/** Whether `pid` runs and one of its arguments ends with `mark`. */
export function runsWithMark(pid: number, mark: string): boolean {
  const command = inspect(pid)?.command;
  return command !== undefined && hasMark(command, mark);
}

/**
 * The pid of a process one of whose arguments ends with `mark`; of several the one with the lowest.
 */
export function findByMark(mark: string): number | undefined {
  return runningPids().find((pid) => runsWithMark(pid, mark));
}

function hasMark(command: string, mark: string): boolean {
  return command
    .split('\0')
    .some((argument) => argument.trimEnd().endsWith(mark) || argument.includes(`${mark} `));
}

function runningPids(): readonly number[] {
  const names =
    process.platform === 'linux'
      ? readdirSync('/proc').filter((name) => /^\d+$/.test(name))
      : execFileSync('ps', ['-A', '-o', 'pid='], { encoding: 'utf8' }).trim().split(/\s+/);
  return names.map(Number).sort((a, b) => a - b);
}

function inspect(pid: number): RunningProcess | undefined {
  return process.platform === 'linux' ? inspectProc(pid) : inspectPs(pid);
}

function inspectProc(pid: number): RunningProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold spaces: count from behind
    // it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, started] = [fields[0], fields[19]];
    // A killed program's first thread may be a zombie while others are still closing its ports and
    // files.
    const ended = state === 'X' || (state === 'Z' && readdirSync(`/proc/${pid}/task`).length <= 1);
    if (ended || started === undefined) return undefined;
    return { pid, started, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') };
  } catch {
    return undefined;
  }
}

function inspectPs(pid: number): RunningProcess | undefined {
  try {
    const line = execFileSync('ps', ['-ww', '-o', 'stat=,lstart=,command=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    }).trim();
    // "S    Fri Nov 21 08:51:00 2026 java -Xmx256m …"
    const match = /^(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/s.exec(line);
    if (match === null || match[1]?.startsWith('Z')) return undefined;
    return { pid, started: match[2] ?? '', command: match[3] ?? '' };
  } catch {
    return undefined;
  }
}
