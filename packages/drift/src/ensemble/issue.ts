import { createHash } from 'node:crypto';
import type { ModelSpec, RetrainCommand } from '@driftloop/schemas';
import type { ModelState, RivalState } from './state.ts';

/** What a command asks for. */
export type Choice = Pick<RetrainCommand, 'action' | 'restoreVersion' | 'rollout' | 'selection' | 'reasons'>;

/**
 * Windows after which the same is asked for again where the cooldown is shorter: the first command
 * may have failed.
 */
const PATIENCE_WINDOWS = 4;

/** Event time after which what was not done is asked for again, milliseconds. */
export function patienceMs({ retrain, window }: Pick<ModelSpec, 'retrain' | 'window'>): number {
  return Math.max(retrain.cooldownMs, PATIENCE_WINDOWS * window.lengthMs);
}

/** What is wanted of another version, for these reasons. */
export function about(
  action: 'restore' | 'promote' | 'reject',
  version: number,
  reasons: readonly string[],
): Choice {
  return { action, restoreVersion: version, rollout: 'publish', selection: [], reasons };
}

/** The newest window may say otherwise than all since the evidence began to grow. */
export function certaintyOf({ version, evidence: { value, since } }: RivalState): string {
  const begin = since === null ? '' : ` since ${new Date(since).toISOString()}`;
  return `the evidence that version ${version} is right more often stands at ${Math.round(value)} to 1${begin}`;
}

/**
 * The command of a choice.
 *
 * @param now wall clock, for `issuedAt` only; the id is a hash of everything else
 */
export function issue(
  { version, now: eventTime, labelsThrough }: ModelState,
  { model, retrain }: ModelSpec,
  now: number,
  choice: Choice,
): RetrainCommand {
  const { strategy, maxSeconds, maxSteps } = retrain;
  const { action, restoreVersion, rollout, selection, reasons } = choice;
  const decision = {
    model,
    baseVersion: version,
    action,
    restoreVersion,
    rollout,
    eventTime,
    selection,
    labelsThrough,
    strategy,
    maxSeconds,
    maxSteps,
    reasons,
  };
  const commandId = createHash('sha256').update(JSON.stringify(decision)).digest('hex').slice(0, 32);
  return { commandId, ...decision, issuedAt: now, issuedBy: 'ensemble' };
}
