import type { RetrainCommand } from '@driftloop/schemas';

/** What all kinds of orders say. */
interface Ordered {
  readonly commandId: string;
  readonly model: string;
  /** Version that was live when it was decided. */
  readonly baseVersion: number;
  /** Event time of the decision, milliseconds. */
  readonly eventTime: number;
  /** The ensemble, or who asked for it. */
  readonly issuedBy: string;
  readonly reasons: readonly string[];
}

/** Train a new version. */
export interface RetrainOrder
  extends Ordered,
    Pick<
      RetrainCommand,
      'rollout' | 'issuedAt' | 'selection' | 'labelsThrough' | 'strategy' | 'maxSeconds' | 'maxSteps'
    > {
  readonly kind: 'retrain';
}

/** Make an earlier version live again. */
export interface RestoreOrder extends Ordered {
  readonly kind: 'restore';
  /** Version to bring back; undefined for the one that was live before. */
  readonly to: number | undefined;
  /** Version that must be live; undefined where it does not depend on it. */
  readonly from: number | undefined;
  /** Who brings it back, as model.events will tell it. */
  readonly actor: string;
}

/** Make the candidate in shadow live, or reject it. */
export interface TrialOrder extends Ordered {
  readonly kind: 'promote' | 'reject';
  /** The candidate; undefined for the one that is in shadow. */
  readonly version: number | undefined;
  /** Version that must be live; undefined where it does not depend on it. */
  readonly from: number | undefined;
  /** Who decides, as model.events will tell it. */
  readonly actor: string;
}

/**
 * What the trainer is asked to do. On Kafka all are one record, in which half of the fields mean
 * nothing for any but a retrain.
 */
export type Order = RetrainOrder | RestoreOrder | TrialOrder;

/** Reads a record of retrain.commands. */
export function orderOf(command: RetrainCommand): Order {
  const { commandId, model, baseVersion, eventTime, issuedBy, reasons } = command;
  const ordered = { commandId, model, baseVersion, eventTime, issuedBy, reasons };
  // What a person asks for does not depend on which version is live.
  const from = issuedBy === 'ensemble' ? baseVersion : undefined;
  const version = command.restoreVersion ?? undefined;
  switch (command.action) {
    case 'restore':
      return { kind: 'restore', ...ordered, to: version, from, actor: issuedBy };
    case 'promote':
    case 'reject':
      return { kind: command.action, ...ordered, version, from, actor: issuedBy };
    case 'retrain': {
      const { rollout, issuedAt, selection, labelsThrough, strategy, maxSeconds, maxSteps } = command;
      const training = { rollout, issuedAt, selection, labelsThrough, strategy, maxSeconds, maxSteps };
      return { kind: 'retrain', ...ordered, ...training };
    }
  }
}

/**
 * The order to bring back a version that the run of an order found better than all that is new, and
 * than the one that is live.
 */
export function insteadOf(
  { commandId, model, baseVersion, eventTime, issuedBy }: RetrainOrder,
  found: { readonly to: number; readonly from: number; readonly reasons: readonly string[] },
): RestoreOrder {
  return { kind: 'restore', commandId, model, baseVersion, eventTime, issuedBy, actor: 'trainer', ...found };
}
