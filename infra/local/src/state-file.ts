import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PART_NAMES, type PartName } from './part-name.ts';
import { partMark } from './parts/mark.ts';
import { findByMark, type ProcessIdentity, runsWithMark } from './processes/identity.ts';

/** What a data folder remembers of its last start. */
export interface LocalState {
  /** The process that the parts belong to; absent when they are detached or stopped. */
  readonly owner?: ProcessIdentity;
  readonly parts: Readonly<Partial<Record<PartName, PartState>>>;
  /**
   * The file was not what `writeState` writes: the parts are those whose processes were found,
   * without ports.
   */
  readonly damaged?: true;
}

/** What is remembered of a part. */
export interface PartState {
  /** Used again at the next start if they are free then; empty when they are not known. */
  readonly ports: readonly number[];
  /** Absent once it was stopped. */
  readonly pid?: number;
  /** The `PartRun.id` of this run. */
  readonly id?: string;
}

const FILE = 'state.json';

/** Path of the state file below a data folder. */
export function stateFile(folder: string): string {
  return join(folder, FILE);
}

/**
 * Reads the state of a data folder; a missing file is an empty state, a damaged one is made good by
 * a look at what runs.
 */
export async function readState(folder: string): Promise<LocalState> {
  try {
    return parse(JSON.parse(await readFile(stateFile(folder), 'utf8'))) ?? found(folder);
  } catch (error) {
    if (error instanceof SyntaxError) return found(folder);
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { parts: {} };
    throw error;
  }
}

/** Replaces the state of a data folder as a whole. */
export async function writeState(folder: string, state: LocalState): Promise<void> {
  const unfinished = join(folder, `${FILE}.${process.pid}`);
  await writeFile(unfinished, `${JSON.stringify(state, undefined, 2)}\n`);
  await rename(unfinished, stateFile(folder));
}

/**
 * Writes a state and returns what changes one part of it; changes that come side by side are
 * written one after the other.
 */
export async function recordState(
  folder: string,
  initial: LocalState,
): Promise<(name: PartName, part: PartState) => Promise<void>> {
  let state = initial;
  let writing = writeState(folder, state);
  await writing;
  return (name, part) => {
    state = { ...state, parts: { ...state.parts, [name]: part } };
    const next = state;
    writing = writing.then(() => writeState(folder, next));
    return writing;
  };
}

/**
 * The pid of a recorded part that is still running. A pid that meanwhile belongs to another program
 * does not count.
 */
export function runningPid(folder: string, state: LocalState, name: PartName): number | undefined {
  const pid = state.parts[name]?.pid;
  return pid !== undefined && runsWithMark(pid, partMark(folder, name)) ? pid : undefined;
}

/** The same state with every part stopped: only the ports are kept. */
export function stopped(state: LocalState): LocalState {
  const parts: Partial<Record<PartName, PartState>> = {};
  for (const name of PART_NAMES) {
    const part = state.parts[name];
    if (part !== undefined) parts[name] = { ports: part.ports };
  }
  return { parts };
}

/** Every part carries its mark in its command line, so that it is found without a record. */
function found(folder: string): LocalState {
  const parts: Partial<Record<PartName, PartState>> = {};
  for (const name of PART_NAMES) {
    const pid = findByMark(partMark(folder, name));
    if (pid !== undefined) parts[name] = { ports: [], pid };
  }
  return { parts, damaged: true };
}

function parse(value: unknown): LocalState | undefined {
  if (!isRecord(value) || !isRecord(value.parts)) return undefined;
  const parts: Partial<Record<PartName, PartState>> = {};
  for (const name of PART_NAMES) {
    const part = value.parts[name];
    if (part === undefined) continue;
    if (!isRecord(part) || !Array.isArray(part.ports)) return undefined;
    parts[name] = {
      ports: part.ports.map(Number),
      ...(typeof part.pid === 'number' ? { pid: part.pid } : {}),
      ...(typeof part.id === 'string' ? { id: part.id } : {}),
    };
  }
  const { owner } = value;
  if (!isRecord(owner)) return { parts };
  return { parts, owner: { pid: Number(owner.pid), started: String(owner.started) } };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
