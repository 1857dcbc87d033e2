import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DriftloopError } from '@driftloop/errors';
import type { Metrics, Picked } from '@driftloop/studies';

const DEFAULT_TIMEOUT_SECONDS = 3_600;
/** What of a step's messages is told. */
const TOLD_BYTES = 2_000;

/**
 * Runs a step of a study in a folder of its own: `STUDY_FOLDER/<study>/<job>`. Parameters are
 * environment variables by their names (dots as `_`), and the folders of the steps before it are
 * `STEP_<name>`, or `STUDY_DIR/<name>/<sample>` where a step is for all. The folder appears when
 * the step has ended well, whole: a worker that is killed leaves none.
 *
 * @throws DriftloopError REQUEST_INVALID where this worker runs no steps, or the step did not end
 *   with 0, took too long, or did not leave its files
 */
export async function runStep({ state, job }: Picked, root: string, signal: AbortSignal): Promise<Metrics> {
  const { step } = job;
  if (!step || root === '')
    throw new DriftloopError(
      'REQUEST_INVALID',
      'This worker runs no shell steps: start it with STUDY_FOLDER, a folder that all workers see.',
    );
  const study = join(root, state.id);
  const folder = join(study, job.id);
  // Another worker had ended it, and was killed before it could tell.
  if (existsSync(folder)) return resultIn(folder, step.result);
  const draft = join(study, '.drafts', `${job.id.replaceAll('/', '-')}-${process.pid}-${Date.now()}`);
  await mkdir(draft, { recursive: true });
  try {
    await runShell(step.run, {
      folder: draft,
      environment: { ...parametersOf(job.values), ...foldersOf(job.after, study), STUDY_DIR: study },
      timeoutMs: 1_000 * (step.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS),
      signal,
      name: job.id,
    });
    const missing = [...(step.out ?? []), ...(step.result ? [step.result] : [])].find(
      (file) => !existsSync(join(draft, file)),
    );
    if (missing !== undefined)
      throw new DriftloopError('REQUEST_INVALID', `Step ${job.id} ended without leaving ${missing}.`);
    const result = await resultIn(draft, step.result);
    await mkdir(join(folder, '..'), { recursive: true });
    await rename(draft, folder).catch((error: unknown) => {
      // One whose lease was over was quicker: its files stay.
      if (!existsSync(folder)) throw error;
    });
    return existsSync(draft) ? resultIn(folder, step.result) : result;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function parametersOf(values: Picked['job']['values']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name.replace(/[^a-zA-Z0-9_]/g, '_'), String(value)]),
  );
}

/** Folders of the steps before this one; several of one step are found below STUDY_DIR. */
function foldersOf(after: readonly string[], study: string): Record<string, string> {
  const names = after.map((id) => id.split('/')[0] ?? '');
  return Object.fromEntries(
    after.flatMap((id, i) => {
      const isOne = names.filter((name) => name === names[i]).length === 1;
      const name = `STEP_${(names[i] ?? '').replaceAll('-', '_')}`;
      return [[name, join(study, isOne ? id : (names[i] ?? ''))]];
    }),
  );
}

/** Numbers that a step has left. */
async function resultIn(folder: string, file: string | undefined): Promise<Metrics> {
  if (file === undefined) return {};
  const wrong = (what: string) => new DriftloopError('REQUEST_INVALID', `The result ${file} ${what}.`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(join(folder, file), 'utf8'));
  } catch (error) {
    throw wrong(`is no JSON: ${(error as Error).message}`);
  }
  if (typeof parsed !== 'object' || parsed === null) throw wrong('is no object of numbers');
  const entries = Object.entries(parsed);
  const strange = entries.find(([, value]) => value !== null && typeof value !== 'number');
  if (strange) throw wrong(`has ${strange[0]}, which is no number`);
  return Object.fromEntries(entries);
}

/** What a step finds of the worker's environment: no address or password of it. */
function inherited(): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG, TMPDIR } = process.env;
  return { PATH, HOME, LANG, TMPDIR };
}

interface ShellOptions {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly name: string;
}

function runShell(
  command: string,
  { folder, environment, timeoutMs, signal, name }: ShellOptions,
): Promise<void> {
  const failed = (how: string, said: string) =>
    new DriftloopError('REQUEST_INVALID', `Step ${name} ${how}${said === '' ? '' : `: ${said.trim()}`}`);
  return new Promise((resolve, reject) => {
    const child = started(command, folder, environment, (why) => failed('could not be started', why));
    let said = '';
    let how = '';
    const end = (why: string) => {
      how = why;
      endGroup(child);
    };
    const timer = setTimeout(() => end(`took longer than ${timeoutMs / 1_000} s`), timeoutMs);
    const onAbort = () => end('was stopped with its worker');
    signal.addEventListener('abort', onAbort, { once: true });
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    child.stderr.on('data', (text: Buffer) => {
      said = (said + text.toString('utf8')).slice(-TOLD_BYTES);
    });
    child.once('error', (error) => {
      settle();
      reject(failed('could not be started', error.message));
    });
    child.once('close', (code, by) => {
      settle();
      if (how !== '') reject(failed(how, said));
      else if (code === 0) resolve();
      else reject(failed(`ended with ${by ?? `code ${code}`}`, said));
    });
  });
}

/** A group of its own, so that what it has started ends with it. */
function started(
  command: string,
  cwd: string,
  environment: Readonly<Record<string, string>>,
  failed: (why: string) => DriftloopError,
) {
  try {
    return spawn('/bin/sh', ['-c', command], {
      cwd,
      env: { ...inherited(), ...environment },
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (error) {
    // Values that no environment can hold: too long, or with a zero byte.
    throw failed((error as Error).message);
  }
}

/** Ends all of a group, and waits for no one who has left it and still holds its messages. */
function endGroup(child: ReturnType<typeof started>): void {
  child.stderr.destroy();
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // The shell has ended, and with it the group.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
