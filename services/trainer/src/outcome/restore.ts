import type { RestoreOrder } from '@driftloop/continual';
import type { Registry } from '@driftloop/registry';
import type { Logger } from '@driftloop/service';
import type { Progress } from '../commands/progress.ts';
import type { Outcome } from './outcome.ts';

/**
 * Makes an earlier version live again, unless another than the one that it is to replace is live by
 * now.
 */
export async function restore(
  { model, to, from, actor, reasons, eventTime, commandId }: RestoreOrder,
  progress: Progress,
  { registry, logger }: { readonly registry: Registry; readonly logger: Logger },
): Promise<Outcome> {
  const version = await registry.rollback(model, {
    ...(to === undefined ? {} : { to }),
    ...(from === undefined ? {} : { from }),
    reason: reasons.join('; '),
    eventTime,
    actor,
    commandId,
  });
  if (to !== undefined && version !== to) {
    await progress.end('superseded', `version ${version} is live, not version ${from}`);
    return 'superseded';
  }
  logger.info({ model, version, reasons }, 'an earlier version is live again');
  await progress.end('published', [`version ${version} is live again`, ...reasons].join('; '), version);
  return 'restored';
}
