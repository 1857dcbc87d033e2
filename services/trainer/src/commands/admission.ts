import type { RetrainCommand } from '@driftloop/schemas';

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
 * Decides about a command that has waited while others ran.
 *
 * Of several commands for one model only the newest runs; one that has already ended is not run again; one that was
 * decided on before the live version's data is answered by that version, and so is one of the ensemble to bring a version back that is better than one
 * no longer live. What a person took down only a person brings back.
 *
 * @param standing what is known of the command's model; undefined for an unknown one
 * @param newest the newest command for this model with the same action that is on Kafka
 */
export function admit(
  command: RetrainCommand,
  standing: Standing | undefined,
  newest: Pick<RetrainCommand, 'commandId'>,
): Admission {
  if (!standing) return { kind: 'refused', reason: `no model '${command.model}' is registered` };
  const { finished, live, liveSince, takenDown } = standing;
  if (finished.has(command.commandId)) return { kind: 'done' };
  if (newest.commandId !== command.commandId && !finished.has(newest.commandId)) {
    return { kind: 'superseded', reason: `a newer command, ${newest.commandId}, came in` };
  }
  if (live === null) return { kind: 'refused', reason: `model '${command.model}' has no live version` };
  if (command.issuedBy !== 'ensemble') return { kind: 'run' };
  const { action, baseVersion, restoreVersion } = command;
  const by = restoreVersion === null ? undefined : takenDown.get(restoreVersion);
  if (by !== undefined) {
    const reason = `version ${restoreVersion} was taken down by '${by}': bring it back by hand, or take it out of the spec's shadowVersions`;
    return { kind: 'refused', reason };
  }
  if (baseVersion === live) return { kind: 'run' };
  if (action === 'restore') {
    return { kind: 'superseded', reason: `version ${live} is live, not version ${baseVersion}` };
  }
  return command.eventTime > liveSince
    ? { kind: 'run' }
    : { kind: 'superseded', reason: `version ${live} was published on newer data` };
}
