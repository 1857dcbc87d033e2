import type { ModelLog } from './model-log.ts';
import type { ModelState, VersionState } from './model-state.ts';
import type { CandidateOptions, Registry, TrialDecision } from './registry.ts';
import { requireModel } from './require-model.ts';
import type { Writing } from './writing.ts';

/** What judging candidates needs. */
export interface CandidateParts extends Pick<Writing, 'introduce' | 'follow'> {
  readonly log: ModelLog;
  /** @throws DriftloopError where a version cannot be made live */
  requireServable(model: string, version: number): Promise<void>;
}

/** Candidates: from the gate to shadow, live or rejected. */
export function createCandidates({
  log,
  introduce,
  follow,
  requireServable,
}: CandidateParts): Pick<Registry, 'addCandidate' | 'promote' | 'reject'> {
  const stateOf = async (name: string): Promise<ModelState> => {
    await log.sync();
    return requireModel(log, name).state;
  };
  const decide = (name: string, version: number, kind: 'published' | 'rejected', decision: TrialDecision) => {
    const { actor, commandId = null, eventTime, reason } = decision;
    return follow(name, version, { kind, actor, commandId, eventTime, reasons: [reason] });
  };
  return {
    async addCandidate(given) {
      await log.sync();
      const { spec } = requireModel(log, given.model);
      const { version, status } = await introduce({ ...given, spec }, 'candidate');
      if (status !== 'candidate') return version;
      const { actor, eventTime, reasons, metrics, measured } = given;
      await follow(given.model, version, {
        kind: judgedAs(given, spec.rollout.canaryShare),
        actor,
        eventTime,
        reasons,
        metrics: { ...metrics, ...measured },
      });
      return version;
    },
    async promote(name, decision) {
      const { version, from } = decision;
      const { live, versions } = await stateOf(name);
      if (!isInShadow(versions.get(version)) || live !== (from ?? live)) return false;
      await requireServable(name, version);
      await decide(name, version, 'published', decision);
      return true;
    },
    async reject(name, decision) {
      const { version } = decision;
      const { versions } = await stateOf(name);
      if (!isInShadow(versions.get(version))) return false;
      await decide(name, version, 'rejected', decision);
      return true;
    },
  };
}

function judgedAs({ accepted, rollout }: CandidateOptions, canaryShare: number) {
  if (!accepted) return 'rejected';
  if (canaryShare > 0) return 'canary';
  return rollout === 'shadow' ? 'shadow' : 'published';
}

function isInShadow(version: VersionState | undefined): boolean {
  return version?.status === 'shadow';
}
