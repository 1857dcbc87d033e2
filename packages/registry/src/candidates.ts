import { DriftloopError } from '@driftloop/errors';
import type { ModelEventKind } from '@driftloop/schemas';
import type { ModelLog } from './model-log.ts';
import { isCanaryFor, type ModelState, newestEventTime, type VersionStatus } from './model-state.ts';
import type { CandidateOptions, PersonsDecision, Registry, TrialDecision } from './registry.ts';
import { planRelease, versionOnTrial } from './release.ts';
import { requireModel } from './require-model.ts';
import type { Writing } from './writing.ts';

/** What judging candidates needs. */
export interface CandidateParts extends Pick<Writing, 'introduce' | 'follow'> {
  readonly log: ModelLog;
  /** @throws DriftloopError where a version cannot be made live */
  requireServable(model: string, version: number): Promise<void>;
}

/** Candidates: from the gate to shadow, canary, live or rejected. */
export function createCandidates({
  log,
  introduce,
  follow,
  requireServable,
}: CandidateParts): Pick<Registry, 'addCandidate' | 'promote' | 'reject' | 'release' | 'withdraw'> {
  const stateOf = async (name: string): Promise<ModelState> => {
    await log.sync();
    return requireModel(log, name).state;
  };
  const decide = (
    name: string,
    version: number,
    kind: 'canary' | 'published' | 'rejected',
    decision: TrialDecision,
  ) => {
    const { actor, commandId = null, eventTime, reason, metrics = {} } = decision;
    return follow(name, version, { kind, actor, commandId, eventTime, reasons: [reason], metrics });
  };
  const byPerson = async (
    name: string,
    { version, kind, reason, actor }: PersonsDecision & { version: number; kind: ModelEventKind },
  ) => {
    const eventTime = newestEventTime(log.state(name));
    await follow(name, version, { kind, actor, commandId: null, eventTime, reasons: [reason] });
  };
  return {
    async release(name, { to: asked, ...decision }) {
      const state = await stateOf(name);
      const known = versionOnTrial(state, decision.version);
      const { version, status } = known;
      const wanted = asked ?? 'live';
      if (status === wanted) return { version, is: wanted };
      const to = planRelease(known, state, requireModel(log, name).spec, asked);
      await requireServable(name, version);
      await byPerson(name, { ...decision, version, kind: to === 'live' ? 'published' : to });
      return { version, is: to };
    },
    async withdraw(name, decision) {
      const { version, status } = versionOnTrial(await stateOf(name), decision.version);
      if (!isOnTrial(status))
        throw new DriftloopError(
          'VERSION_NOT_SERVABLE',
          `Version ${version} of model '${name}' is ${status}, not on trial: only what answers in shadow or as canary is given up. What is live is taken down by a rollback.`,
        );
      await byPerson(name, { ...decision, version, kind: 'rejected' });
      return version;
    },
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
      const { version, from, commandId = null } = decision;
      const { live, versions } = await stateOf(name);
      const known = versions.get(version);
      const status = known?.status;
      if (!isOnTrial(status) || live !== (from ?? live)) return undefined;
      await requireServable(name, version);
      const { canaryShare } = requireModel(log, name).spec.rollout;
      // A trainer that did not hear that the step was written takes it again, and not the next one.
      if (known && commandId !== null && isCanaryFor(known, commandId)) return 'canary';
      const isNext = status === 'shadow' && canaryShare > 0;
      await decide(name, version, isNext ? 'canary' : 'published', decision);
      return isNext ? 'canary' : 'live';
    },
    async reject(name, decision) {
      const { version } = decision;
      const { versions } = await stateOf(name);
      if (!isOnTrial(versions.get(version)?.status)) return false;
      await decide(name, version, 'rejected', decision);
      return true;
    },
  };
}

function judgedAs({ accepted, rollout }: CandidateOptions, canaryShare: number) {
  if (!accepted) return 'rejected';
  if (rollout === 'shadow') return 'shadow';
  return canaryShare > 0 ? 'canary' : 'published';
}

function isOnTrial(status: VersionStatus | undefined): boolean {
  return status === 'shadow' || status === 'canary';
}
