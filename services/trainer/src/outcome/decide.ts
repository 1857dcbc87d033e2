import type { TrialOrder } from '@driftloop/continual';
import { type ModelState, objectionTo, type Registry } from '@driftloop/registry';
import type { Logger } from '@driftloop/service';
import type { Progress } from '../commands/progress.ts';
import type { Outcome } from './outcome.ts';

const SAID = {
  live: 'it has proven better on trial',
  canary: 'it has proven better in shadow, and answers a share of the requests',
  rejected: 'it is rejected on trial',
} as const;
const PHASES = { live: 'published', canary: 'canary', rejected: 'rejected' } as const;

/** What is used of the registry. */
export type TrialRegistry = Pick<Registry, 'model' | 'promote' | 'reject'>;

/**
 * Brings the candidate on trial a step on (live, or first the canary), or rejects it. One whose
 * parent a person has taken down meanwhile does not go live: it is rejected, as after training.
 * Nothing happens where the version is not on trial any more, or another than the one that it is to
 * replace is live by now.
 */
export async function decide(
  order: TrialOrder,
  progress: Progress,
  { registry, logger }: { readonly registry: TrialRegistry; readonly logger: Logger },
): Promise<Outcome> {
  const { model, from, reasons, eventTime, actor, commandId } = order;
  const state = registry.model(model)?.state;
  const version = order.version ?? state?.shadow ?? state?.canary ?? undefined;
  if (version === undefined) {
    await progress.end('superseded', `no candidate of model '${model}' is on trial`);
    return 'superseded';
  }
  const objection = order.kind === 'promote' ? objectionOf(state, version) : undefined;
  const isPromoted = order.kind === 'promote' && objection === undefined;
  const decision = { version, reason: objection ?? reasons.join('; '), eventTime, actor, commandId };
  const became = isPromoted
    ? await registry.promote(model, { ...decision, ...(from === undefined ? {} : { from }) })
    : (await registry.reject(model, decision)) && 'rejected';
  if (!became) {
    await progress.end(
      'superseded',
      `version ${version} is not on trial any more, or not beside version ${from ?? state?.live}`,
      version,
    );
    return 'superseded';
  }
  logger.info({ model, version, reasons }, SAID[became]);
  await progress.end(
    PHASES[became],
    [`version ${version}: ${SAID[became]}`, decision.reason].join('; '),
    version,
  );
  return became === 'live' ? 'promoted' : became;
}

function objectionOf(state: ModelState | undefined, version: number): string | undefined {
  const parent = state?.versions.get(version)?.parentVersion ?? null;
  return state === undefined || parent === null ? undefined : objectionTo(parent, state);
}
