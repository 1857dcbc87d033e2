import type { RetrainCommand } from '@driftloop/schemas';

/** A command of the ensemble to retrain 'elec' from version 2. */
export function commandOf(fields: Partial<RetrainCommand> = {}): RetrainCommand {
  return {
    commandId: 'c',
    model: 'elec',
    baseVersion: 2,
    action: 'retrain',
    restoreVersion: null,
    rollout: 'publish',
    eventTime: 2_000,
    issuedAt: 0,
    issuedBy: 'ensemble',
    selection: [],
    labelsThrough: [],
    strategy: 'naive',
    maxSeconds: 1,
    maxSteps: 1,
    reasons: [],
    ...fields,
  };
}
