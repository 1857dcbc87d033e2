import { type ModelState, objectionTo, type Registry } from '@driftloop/registry';
import type { Logger } from '@driftloop/service';
import type { TrialOrder } from '../commands/order.ts';
import type { Progress } from '../commands/progress.ts';
import type { Outcome } from './outcome.ts';

/** What is used of the registry. */
export type TrialRegistry = Pick<Registry, 'model' | 'promote' | 'reject'>;

/**
 * Makes the candidate in shadow live, or rejects it. One whose parent a person has taken down
 * meanwhile does not go live: it is rejected, as after training. Nothing happens where the version
 * is not in shadow any more, or another than the one that it is to replace is live by now.
 */
export async function decide(
  order: TrialOrder,
  progress: Progress,
  { registry, logger }: { readonly registry: TrialRegistry; readonly logger: Logger },
): Promise<Outcome> {
  const { model, from, reasons, eventTime, actor, commandId } = order;
  const state = registry.model(model)?.state;
  const version = order.version ?? state?.shadow ?? undefined;
  if (version === undefined) {
    await progress.end('superseded', `no candidate of model '${model}' is in shadow`);
    return 'superseded';
  }
  const objection = order.kind === 'promote' ? objectionOf(state, version) : undefined;
  const isPromoted = order.kind === 'promote' && objection === undefined;
  const decision = { version, reason: objection ?? reasons.join('; '), eventTime, actor, commandId };
  const isDone = isPromoted
    ? await registry.promote(model, { ...decision, ...(from === undefined ? {} : { from }) })
    : await registry.reject(model, decision);
  if (!isDone) {
    await progress.end(
      'superseded',
      `version ${version} is not in shadow any more, or not beside version ${from ?? state?.live}`,
      version,
    );
    return 'superseded';
  }
  const said = isPromoted ? 'it has proven better in shadow' : 'it is rejected in shadow';
  logger.info({ model, version, reasons }, said);
  await progress.end(
    isPromoted ? 'published' : 'rejected',
    [`version ${version}: ${said}`, decision.reason].join('; '),
    version,
  );
  return isPromoted ? 'promoted' : 'rejected';
}

function objectionOf(state: ModelState | undefined, version: number): string | undefined {
  const parent = state?.versions.get(version)?.parentVersion ?? null;
  return state === undefined || parent === null ? undefined : objectionTo(parent, state);
}
