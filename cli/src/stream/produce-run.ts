import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DriftloopError } from '@driftloop/errors';
import { identityOf, isSameProcess, type ProcessIdentity } from '@driftloop/local';
import type { Table } from '../table/table.ts';
import type { TableOptions } from '../table/table-options.ts';

/** What a run of `produce` streams, and how. */
export interface RunPlan {
  readonly model: string;
  /** Absolute path. */
  readonly csv: string;
  readonly label: string;
  readonly id?: string;
  readonly answers?: string;
  readonly scores?: readonly string[];
  readonly answeredBy?: string;
  readonly request?: string;
  readonly response?: string;
  readonly from: number;
  /** Absent for the end of the file. */
  readonly to?: number;
  readonly labelDelay: number;
  /** Rows per second; absent for flat out. */
  readonly rate?: number;
  /** Event time of row 0, epoch ms, where no column has times. */
  readonly start: number;
  /** Event time between two rows, ms; absent where nothing was said. */
  readonly interval?: number;
  /** How the file is read. @default as it is found */
  readonly table?: TableOptions;
}

/** A run that is not done: everything that is needed to go on with it, also after kill -9. */
export interface ProduceRun {
  /** Part of its request ids. */
  readonly run: string;
  readonly plan: RunPlan;
  /** SHA-256 of the rows. */
  readonly rows: string;
  /** Everything before this tick was taken by Kafka. */
  readonly tick: number;
  /** Everything from this tick on was not sent; what lies between may have been. */
  readonly sendingUntil: number;
  /** When that was about to be sent, epoch ms. */
  readonly sendingSince: number;
  readonly process: ProcessIdentity;
}

/** A name that no other run has. */
export function newRunName(): string {
  return `${Date.now().toString(36)}${randomBytes(2).toString('hex')}`;
}

/** A run at its beginning. */
export function newRun(plan: RunPlan, rows: string): ProduceRun {
  return {
    run: newRunName(),
    plan,
    rows,
    tick: 0,
    sendingUntil: 0,
    sendingSince: Date.now(),
    process: thisProcess(),
  };
}

/**
 * Writes down how far a run has come: replaced as a whole, so that it is one of the two whenever
 * this process ends.
 */
export function recordRun(dataDir: string, run: ProduceRun): void {
  const path = runPath(dataDir, run.run);
  mkdirSync(folderOf(dataDir), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify({ ...run, process: thisProcess() }, null, 2));
  renameSync(`${path}.new`, path);
}

/** Forgets a run that is done. */
export function forgetRun(dataDir: string, run: string): void {
  rmSync(runPath(dataDir, run), { force: true });
}

/**
 * The run to go on with: the named one, else the newest of the model that is not done.
 *
 * @throws DriftloopError NOT_FOUND; REQUEST_INVALID while a process is at it
 */
export function findRun(dataDir: string, model: string, name?: string): ProduceRun {
  const folder = folderOf(dataDir);
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
  const runs = files
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as ProduceRun)
    .filter((run) => run.plan.model === model && (name === undefined || run.run === name))
    .sort((a, b) => a.sendingSince - b.sendingSince);
  const run = runs.at(-1);
  if (run === undefined) {
    const what = name === undefined ? `No run of '${model}'` : `No run '${name}' of '${model}'`;
    throw new DriftloopError(
      'NOT_FOUND',
      `${what} was interrupted in ${dataDir}: there is nothing to go on with.`,
    );
  }
  if (isSameProcess(run.process)) {
    throw new DriftloopError(
      'REQUEST_INVALID',
      `Process ${run.process.pid} is still at run '${run.run}'. Wait for it or end it.`,
    );
  }
  return run;
}

/** Tells rows from other ones. */
export function fingerprintOf({
  rows,
  features,
  labels,
  times,
  ids = [],
  texts = [],
  answerAt,
}: Table): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of [features, labels, ...(times ? [times] : [])])
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  // Nothing is written of texts where there are none: a run goes on that an older program began.
  for (const text of texts) hash.update(JSON.stringify(text));
  hash.update(ids.join('\n'));
  if (answerAt) for (let row = 0; row < rows; row++) hash.update(JSON.stringify(answerAt(row) ?? null));
  return hash.digest('hex');
}

function thisProcess(): ProcessIdentity {
  return identityOf(process.pid) ?? { pid: process.pid, started: '' };
}

function folderOf(dataDir: string): string {
  return join(dataDir, 'produce');
}

function runPath(dataDir: string, run: string): string {
  return join(folderOf(dataDir), `${run}.json`);
}
