import { impossibleIn } from './impossible.ts';
import type { Order, RestoreOrder, RetrainOrder } from './order.ts';

/** What is known of a model when a command is considered. */
export interface Standing {
  /** Live version; null when there is none. */
  readonly live: number | null;
  /** Event time up to which the stream had been seen when the live version was published. */
  readonly liveSince: number;
  /** Commands that have already led to a version, a rejection or a return. */
  readonly finished: Pick<ReadonlySet<string>, 'has'>;
  /** Versions that a person took down, and who. */
  readonly takenDown: ReadonlyMap<number, string>;
}

/** What to do with a command. */
export type Admission =
  | { readonly kind: 'run' }
  | { readonly kind: 'done' }
  | { readonly kind: 'superseded'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Decides about an order that has waited while others ran.
 *
 * Of several orders of a kind for one model only the newest runs; one that has already ended is not
 * run again; one that was decided on before the live version's data is answered by that version,
 * and so is one of the ensemble about a version that is better, or no better, than one no longer
 * live.
 * What a person took down only a person brings back.
 *
 * @param standing what is known of the command's model; undefined for an unknown one
 * @param newest the newest command for this model, and of the same kind, that is on Kafka
 */
export function admit(
  order: Order,
  standing: Standing | undefined,
  newest: { readonly commandId: string },
): Admission {
  const { model, commandId, issuedBy, baseVersion } = order;
  if (!standing) return { kind: 'refused', reason: `no model '${model}' is registered` };
  const impossible = impossibleIn(order);
  if (impossible !== undefined)
    return { kind: 'refused', reason: `no service writes such a command: ${impossible}` };
  const { finished, live, liveSince } = standing;
  if (finished.has(commandId)) return { kind: 'done' };
  if (newest.commandId !== commandId && !finished.has(newest.commandId)) {
    return { kind: 'superseded', reason: `a newer command, ${newest.commandId}, came in` };
  }
  if (live === null) return { kind: 'refused', reason: `model '${model}' has no live version` };
  if (issuedBy !== 'ensemble') return { kind: 'run' };
  switch (order.kind) {
    case 'retrain':
      return admitRetrain(order, live, liveSince);
    case 'restore':
      return admitRestore(order, live, standing.takenDown);
    case 'promote':
    case 'reject':
      return admitIfBaseIsLive(baseVersion, live);
  }
}

function admitRetrain({ baseVersion, eventTime }: RetrainOrder, live: number, liveSince: number): Admission {
  return baseVersion === live || eventTime > liveSince
    ? { kind: 'run' }
    : { kind: 'superseded', reason: `version ${live} was published on newer data` };
}

function admitRestore(
  { to, baseVersion }: RestoreOrder,
  live: number,
  takenDown: Standing['takenDown'],
): Admission {
  const by = to === undefined ? undefined : takenDown.get(to);
  if (by !== undefined) {
    const reason = `version ${to} was taken down by '${by}': bring it back by hand, or take it out of the spec's shadowVersions`;
    return { kind: 'refused', reason };
  }
  return admitIfBaseIsLive(baseVersion, live);
}

/** Two versions were compared: the result says nothing of a third one. */
function admitIfBaseIsLive(baseVersion: number, live: number): Admission {
  return baseVersion === live
    ? { kind: 'run' }
    : { kind: 'superseded', reason: `version ${live} is live, not version ${baseVersion}` };
}
