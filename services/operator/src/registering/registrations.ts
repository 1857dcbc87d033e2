import { DriftloopError } from '@driftloop/errors';
import type { Logger } from '@driftloop/service';
import type { Desired } from '../resources/desired.ts';
import type { ModelResource } from '../resources/model-resource.ts';
import { isWorthAnotherTry, type RegisterVersion } from './register-version.ts';

/** What became of the last try to register what a key stands for. */
export type Registration =
  | { readonly is: 'running' }
  | { readonly is: 'failed'; readonly message: string; readonly again: boolean };

/** Registrations under way and those that failed. What succeeded is told by the registry. */
export interface Registrations {
  of(key: string): Registration | undefined;
  /** Begins one, unless it is under way; one after the other, as each may take a processor. */
  begin(resource: ModelResource, desired: Desired): void;
  /** Forgets failures that may go well now. */
  tryAgain(): void;
  /** Resolves once none is under way. */
  settled(): Promise<void>;
}

/** @param onEnd called after each, whatever became of it */
export function createRegistrations(
  register: RegisterVersion,
  logger: Logger,
  onEnd: () => void,
): Registrations {
  const known = new Map<string, Registration>();
  let turn: Promise<void> = Promise.resolve();

  const carryOut = async (resource: ModelResource, desired: Desired) => {
    const { key } = desired;
    const { name } = resource.metadata;
    try {
      await register(resource, desired);
      known.delete(key);
      logger.info({ resource: name, model: desired.spec.model, key }, 'registered');
    } catch (error) {
      // What is no error of ours is a bug; another resource must not wait for it.
      const { code, message } =
        error instanceof DriftloopError ? error : new DriftloopError('MODEL_INVALID', String(error));
      logger.warn({ resource: name, code, err: error }, 'not registered');
      known.set(key, { is: 'failed', message: `${code}: ${message}`, again: isWorthAnotherTry(code) });
    }
    onEnd();
  };

  return {
    of: (key) => known.get(key),
    begin(resource, desired) {
      if (known.has(desired.key)) return;
      known.set(desired.key, { is: 'running' });
      turn = turn.then(() => carryOut(resource, desired));
    },
    tryAgain() {
      for (const [key, one] of known) if (one.is === 'failed' && one.again) known.delete(key);
    },
    settled: () => turn,
  };
}
