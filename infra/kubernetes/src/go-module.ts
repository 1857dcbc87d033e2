import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { DriftloopError } from '@driftloop/errors';

/**
 * Fetches a Go module as it is published, with all its files.
 *
 * @param module `path@version`
 * @returns the folder that Go keeps it in; read-only
 * @throws DriftloopError LOCAL_TOOL_MISSING without Go, LOCAL_START_FAILED where it cannot be had
 */
export function downloadGoModule(module: string): string {
  const { status, stdout, stderr, error } = spawnSync('go', ['mod', 'download', '-json', module], {
    cwd: tmpdir(),
    encoding: 'utf8',
    env: { ...process.env, GOFLAGS: '-mod=mod' },
  });
  if (error)
    throw new DriftloopError('LOCAL_TOOL_MISSING', `${module} needs Go on the path.`, { cause: error });
  if (status !== 0)
    throw new DriftloopError('LOCAL_START_FAILED', `go mod download ${module}: ${stderr || stdout}`);
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}
