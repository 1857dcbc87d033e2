import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { DriftloopError, ERRORS, type ErrorCode, isErrorCode } from '@driftloop/errors';
import type { Desired } from '../resources/desired.ts';
import type { ModelResource } from '../resources/model-resource.ts';
import { fetchSource, type SourceParts } from '../sources/fetch-source.ts';

const CLI = fileURLToPath(new URL('../../../../cli/src/main.ts', import.meta.url));

/** Registers the version that a Model asks for. */
export type RegisterVersion = (resource: ModelResource, desired: Desired) => Promise<void>;

/**
 * Fetches the files of a Model and registers them by the command that a person would use, in a
 * process of its own: a file that crashes what reads it, or takes its memory, ends that process.
 *
 * @param timeoutMs for all of it
 * @param stopping ends what is under way; the next operator begins it again
 * @throws DriftloopError as `fetchSource`, or with the code and message of the command
 */
export function createRegisterVersion(
  parts: SourceParts,
  timeoutMs: number,
  stopping: AbortSignal,
): RegisterVersion {
  return async (resource, desired) => {
    const { source, reference, rollout = 'Live' } = resource.spec;
    const folder = await mkdtemp(join(tmpdir(), 'driftloop-model-'));
    const late = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([late, stopping]);
    try {
      await writeFile(join(folder, 'spec.json'), JSON.stringify(desired.spec));
      // Names of two files may be equal: each has its own folder.
      const [onnx, rows] = [await mkdtemp(join(folder, 'model-')), await mkdtemp(join(folder, 'reference-'))];
      const [file, train] = [
        await fetchSource(source, onnx, parts, signal),
        await fetchSource(reference, rows, parts, signal),
      ];
      await run(
        [
          'register',
          ...['--data', folder, '--json', '--once', desired.key],
          ...[
            '--spec',
            join(folder, 'spec.json'),
            '--onnx',
            file,
            '--train',
            train,
            '--label',
            reference.label,
          ],
          ...(reference.id === undefined ? [] : ['--id', reference.id]),
          ...(reference.time === undefined ? [] : ['--time', reference.time]),
          ...(rollout === 'Live' ? [] : [rollout === 'Shadow' ? '--shadow' : '--no-publish']),
        ],
        signal,
      );
    } catch (error) {
      if (stopping.aborted)
        throw new DriftloopError(
          'KUBERNETES_UNAVAILABLE',
          'The operator stops; the next one begins it again.',
          {
            cause: error,
          },
        );
      if (!late.aborted) throw error;
      throw new DriftloopError(
        'MODEL_INVALID',
        `It was not fetched, tried and registered within ${timeoutMs / 1_000} s (OPERATOR_REGISTER_TIMEOUT_MS).`,
        { cause: error },
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

async function run(args: readonly string[], signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, ['--no-warnings', CLI, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, killedBy) => resolve(code === null ? `ended by ${killedBy}` : `${code}`));
  });
  const [said, end] = await Promise.all([text(child.stderr), ended]);
  if (end !== '0') throw refusalOf(said, end);
}

/** The command's last words are `CODE: message`. */
function refusalOf(said: string, end: string): DriftloopError {
  const [, code, message] = /^([A-Z_]+): ([\s\S]+)$/m.exec(said) ?? [];
  if (code !== undefined && message !== undefined && isErrorCode(code))
    return new DriftloopError(code, message.trim());
  return new DriftloopError(
    'MODEL_INVALID',
    `The command that tries and registers it ended with ${end}: ${said.trim().slice(-500)}`,
  );
}

/** Whether the same may go well later, without a change of the resource. */
export function isWorthAnotherTry(code: ErrorCode): boolean {
  return ERRORS[code].retriable || code === 'ARTIFACT_MISSING' || code === 'CREDENTIALS_REFUSED';
}
