import { isRetriable } from '@driftloop/errors';
import { newestEventTime, type Registry } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import type { Logger } from '@driftloop/service';
import type { Meters } from '../meters.ts';
import type { Worse } from './trial.ts';

/** What giving versions up needs. */
export interface GiveUpParts {
  readonly registry: Pick<Registry, 'reject' | 'model'>;
  readonly meters: Pick<Meters, 'trialsWorse'>;
  readonly logger: Logger;
}

/**
 * Gives a version on trial up that is worse in operation: an event with its figures, since no log
 * says how long runs took. Where the loop may not change versions (`retrain.enabled`) it stays, and
 * a person is told.
 *
 * @returns whether that is settled; false where Kafka is out of reach
 */
export async function giveUp(
  { registry, meters, logger }: GiveUpParts,
  { model, retrain }: ModelSpec,
  version: number,
  { cause, reason, metrics }: Worse,
): Promise<boolean> {
  if (!retrain.enabled) {
    meters.trialsWorse.inc({ model, version, cause });
    logger.warn({ model, version, cause, ...metrics }, `${reason}: give it up with \`driftloop reject\``);
    return true;
  }
  try {
    const state = registry.model(model)?.state;
    const eventTime = state ? newestEventTime(state) : 0;
    const decision = { version, actor: 'inference', eventTime, reason, metrics };
    if (!(await registry.reject(model, decision))) return true;
    meters.trialsWorse.inc({ model, version, cause });
    logger.warn(
      { model, version, cause, ...metrics },
      `version ${version} of '${model}' is given up: ${reason}`,
    );
    return true;
  } catch (error) {
    if (!isRetriable(error)) throw error;
    logger.warn({ model, version, err: error }, `version ${version} of '${model}' cannot be given up yet`);
    return false;
  }
}
