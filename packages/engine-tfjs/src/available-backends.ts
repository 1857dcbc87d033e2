import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Backend, PREFERRED } from './backend.ts';

/** Whether a backend of TensorFlow.js can be used, and if not, why and what to do. */
export interface BackendReport {
  readonly backend: Backend;
  readonly available: boolean;
  /** Version of TensorFlow.js, where it is available. */
  readonly version?: string;
  readonly reason?: string;
}

/**
 * Tries the backends in the order in which they are chosen, each in a process of its own:
 * TensorFlow's library writes to stderr, and one that was built for another system ends the
 * process.
 */
export async function availableBackends(): Promise<BackendReport[]> {
  return Promise.all(PREFERRED.map(probe));
}

async function probe(backend: Backend): Promise<BackendReport> {
  const script = fileURLToPath(new URL('probe-backend.ts', import.meta.url));
  const said = await promisify(execFile)(process.execPath, [script, backend], { timeout: 60_000 }).then(
    ({ stdout }) => stdout.trim().split('\n').at(-1) ?? '',
    (error: Error) => `the probe failed: ${error.message.split('\n')[0]}`,
  );
  const [, version] = /^ok (\S+)$/.exec(said) ?? [];
  if (version !== undefined) return { backend, available: true, version };
  return { backend, available: false, reason: said || 'the probe said nothing' };
}
