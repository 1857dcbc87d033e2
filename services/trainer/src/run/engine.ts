import type { Engine } from '@driftloop/continual';
import { createOrtEngine } from '@driftloop/engine-ort';
import { DriftloopError } from '@driftloop/errors';

/** What runs the training steps, and where. */
export interface EngineSettings {
  readonly kind: 'ort' | 'tfjs';
  readonly device: 'cpu' | 'webgpu' | 'cuda';
  readonly threads: number;
  /** Megabytes that training may take on its device; undefined for no limit. */
  readonly maxMemoryMb?: number | undefined;
}

/**
 * Opens an engine. TensorFlow.js is optional (docs/decisions/tfjs-is-optional.md) and is not looked
 * for unless it is asked for: on `cpu` the fastest of its backends that is installed is taken, on
 * `cuda` tfjs-node-gpu must be.
 *
 * @throws DriftloopError ENGINE_UNAVAILABLE, saying what is missing and how to get it;
 *   CONFIG_INVALID
 */
export async function openEngine({ kind, device, threads, maxMemoryMb }: EngineSettings): Promise<Engine> {
  if (kind === 'ort') return createOrtEngine({ device, threads, maxMemoryMb });
  if (device === 'webgpu') {
    throw new DriftloopError(
      'CONFIG_INVALID',
      'TRAINER_ENGINE=tfjs has no device webgpu: set TRAINER_DEVICE to cpu or cuda, or TRAINER_ENGINE to ort.',
    );
  }
  const { createTfjsEngine } = await import('@driftloop/engine-tfjs');
  return createTfjsEngine({ threads, maxMemoryMb, backend: device === 'cuda' ? 'node-gpu' : undefined });
}
