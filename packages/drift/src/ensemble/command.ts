import { createHash } from 'node:crypto';
import type { ModelSpec, RetrainCommand } from '@driftloop/schemas';
import { selectData } from '../selection/select.ts';
import type { ChangePoint } from './change-point.ts';
import { provenRival } from './rivals.ts';
import type { ModelState, RivalState } from './state.ts';

/**
 * Windows after which a version is asked back again where the cooldown is shorter: the first
 * command may have failed.
 */
const PATIENCE_WINDOWS = 4;

/**
 * Share of minLabels that must have come since the change: without, training would repeat the past.
 */
const PRESENT_SHARE = 0.1;

/**
 * The command to train a new version, if one is due: there is drift, or the live version has
 * reached its greatest age; retraining is enabled, the last command is a cooldown ago, and enough
 * labelled rows are known, some of them since the change.
 *
 * @param isLabelled labels have just come: a version that is only old is replaced then, and not
 *   with labels that are a window staler
 * @param now wall clock, for `issuedAt` only; the id is a hash of everything else
 */
export function retrainCommand(
  model: ModelState,
  spec: ModelSpec,
  changePoint: ChangePoint | undefined,
  reasons: readonly string[],
  isLabelled: boolean,
  now: number,
): RetrainCommand | undefined {
  const { retrain } = spec;
  const age = model.now - Math.max(model.versionSince, model.command?.at ?? 0);
  const isOld = isLabelled && retrain.maxAgeMs > 0 && age >= retrain.maxAgeMs;
  const isDrift = model.state === 'drift';
  const isCooling = model.command !== null && model.now - model.command.at < retrain.cooldownMs;
  if (!retrain.enabled || isCooling || !(isDrift || isOld)) return undefined;
  const presentFrom = isDrift ? (changePoint?.from ?? model.now) : model.now;
  const selection = selectData({ history: model.history, presentFrom, policy: retrain });
  const needed = isOld ? 0 : Math.max(1, PRESENT_SHARE * retrain.minLabels);
  if (selection.rows < Math.max(1, retrain.minLabels) || selection.presentRows < needed) return undefined;
  const days = (age / 86_400_000).toFixed(0);
  model.command = { at: model.now };
  return issue(model, spec, now, {
    action: 'retrain',
    restoreVersion: null,
    selection: selection.ranges,
    reasons: isDrift
      ? reasons
      : [`version ${model.version} is ${days} days old, the most that its spec allows`],
  });
}

/**
 * The command to make a version live that answers in shadow, if one has been proven better than the
 * live version on the same requests and the loop may change versions. It is not asked for again
 * from the same version before the cooldown and four windows are over.
 *
 * @param now wall clock, for `issuedAt` only; the id is a hash of everything else
 */
export function restoreCommand(model: ModelState, spec: ModelSpec, now: number): RetrainCommand | undefined {
  const { retrain, window } = spec;
  const rival = provenRival(model, spec);
  const patience = Math.max(retrain.cooldownMs, PATIENCE_WINDOWS * window.lengthMs);
  const isAsked = model.askedBack?.from === model.version && model.now - model.askedBack.at < patience;
  if (!retrain.enabled || isAsked || !rival) return undefined;
  model.askedBack = { at: model.now, from: model.version, to: rival.version };
  return issue(model, spec, now, {
    action: 'restore',
    restoreVersion: rival.version,
    selection: [],
    reasons: [rival.text, certaintyOf(rival)],
  });
}

/** The newest window may say otherwise than all since the evidence began to grow. */
function certaintyOf({ version, evidence: { value, since } }: RivalState): string {
  const begin = since === null ? '' : ` since ${new Date(since).toISOString()}`;
  return `the evidence that version ${version} is right more often stands at ${Math.round(value)} to 1${begin}`;
}

function issue(
  { version, now: eventTime, labelsThrough }: ModelState,
  { model, retrain }: ModelSpec,
  now: number,
  choice: Pick<RetrainCommand, 'action' | 'restoreVersion' | 'selection' | 'reasons'>,
): RetrainCommand {
  const { strategy, maxSeconds, maxSteps } = retrain;
  const { action, restoreVersion, selection, reasons } = choice;
  const decision = {
    model,
    baseVersion: version,
    action,
    restoreVersion,
    rollout: 'publish' as const,
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
