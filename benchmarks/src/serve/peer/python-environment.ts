import { execFile } from 'node:child_process';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PACKAGES = ['confluent-kafka', 'fastavro', 'numpy', 'onnxruntime'];
const FOLDER = fileURLToPath(new URL('../../../../.driftloop/cache/python/serve', import.meta.url));

/**
 * Makes the peer's Python environment on first use.
 *
 * @returns path of its Python, or the reason why there is none
 */
export async function pythonForPeer(): Promise<{ python: string } | { missing: string }> {
  const python = join(FOLDER, 'bin', 'python');
  const complete = join(FOLDER, 'complete');
  const run = promisify(execFile);
  try {
    await access(complete);
    return { python };
  } catch {
    try {
      await run('python3', ['-m', 'venv', '--clear', FOLDER]);
      await run(python, ['-m', 'pip', 'install', '--quiet', '--only-binary', ':all:', ...PACKAGES]);
      await writeFile(complete, PACKAGES.join('\n'));
      return { python };
    } catch (error) {
      return { missing: error instanceof Error ? error.message.slice(0, 500) : String(error) };
    }
  }
}
