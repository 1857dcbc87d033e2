import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DriftloopError } from '@driftloop/errors';

/** TensorFlow.js, whichever package brings it. */
export type TensorFlow = typeof import('@tensorflow/tfjs-core');

/**
 * What computes: TensorFlow's library on a GPU or the CPU, WebAssembly, or plain JavaScript (slow:
 * for checks).
 */
export type Backend = 'node-gpu' | 'node' | 'wasm' | 'cpu';

const PACKAGES: Readonly<Record<Backend, string>> = {
  'node-gpu': '@tensorflow/tfjs-node-gpu',
  node: '@tensorflow/tfjs-node',
  wasm: '@tensorflow/tfjs-backend-wasm',
  cpu: '@tensorflow/tfjs-backend-cpu',
};

/** Backends that training may run on, the fastest first. */
export const PREFERRED: readonly Backend[] = ['node-gpu', 'node', 'wasm'];

/** What to add for one, where it is missing. */
const ADD: Readonly<Record<Backend, string>> = {
  'node-gpu': '@tensorflow/tfjs-node-gpu',
  node: '@tensorflow/tfjs-node',
  wasm: '@tensorflow/tfjs-core @tensorflow/tfjs-backend-wasm',
  cpu: '@tensorflow/tfjs-core @tensorflow/tfjs-backend-cpu',
};

/**
 * Loads a backend: the one that is named, or the fastest that is installed. Looked for beside this
 * package, in the folder that TFJS_NODE names, and in the working directory, as the packages are
 * optional (docs/gpu.md).
 *
 * @throws DriftloopError ENGINE_UNAVAILABLE, saying what was looked for and why it cannot be used
 */
export async function loadBackend(
  wanted: Backend | undefined,
  threads: number,
): Promise<{ tf: TensorFlow; backend: Backend; version: string }> {
  const reasons: string[] = [];
  for (const backend of wanted ? [wanted] : PREFERRED) {
    try {
      const tf = await open(backend, threads);
      return { tf, backend, version: tf.version_core };
    } catch (error) {
      reasons.push(`${PACKAGES[backend]}: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
    }
  }
  throw new DriftloopError(
    'ENGINE_UNAVAILABLE',
    `no TensorFlow.js: ${reasons.join('; ')}. It is optional; to have it: pnpm --filter @driftloop/engine-tfjs add ${ADD[wanted ?? 'wasm']}, ` +
      'or name a folder that has it in TFJS_NODE (docs/gpu.md)',
  );
}

async function open(backend: Backend, threads: number): Promise<TensorFlow> {
  if (backend === 'node' || backend === 'node-gpu') {
    const tf: TensorFlow = requireOptional(PACKAGES[backend]);
    await tf.ready();
    return tf;
  }
  const tf: TensorFlow = requireOptional('@tensorflow/tfjs-core');
  const added: { setThreadsCount?(count: number): void } = requireOptional(PACKAGES[backend]);
  if (backend === 'wasm') added.setThreadsCount?.(threads);
  if (!(await tf.setBackend(backend))) throw new Error('the backend does not start');
  await tf.ready();
  return tf;
}

function requireOptional<T>(name: string): T {
  const places = [import.meta.url, process.env.TFJS_NODE, join(process.cwd(), 'package.json')];
  let failure: unknown;
  for (const place of places) {
    if (place === undefined) continue;
    try {
      return createRequire(
        place.startsWith('file:') || place.endsWith('.json') ? place : join(place, 'package.json'),
      )(name);
    } catch (error) {
      failure ??= error;
      // Installed but broken is more telling than not installed elsewhere.
      if (!isMissing(error)) failure = error;
    }
  }
  throw failure;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
}
