import type { RetrainCommand } from '@driftloop/schemas';

/** What is known of a model when a command is considered. */
export interface Standing {
  /** Live version; null when there is none. */
  readonly live: number | null;
  /** Event time up to which the stream had been seen when the live version was published. */
  readonly liveSince: number;
  /** Commands that have already led to a version or a rejection. */
  readonly finished: ReadonlySet<string>;
}

/** What to do with one command of a batch. */
export type Admission =
  | { readonly kind: 'run' }
  | { readonly kind: 'done' }
  | { readonly kind: 'superseded'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Decides about the commands that waited while a run was going on, in the order in which they came.
 *
 * Of several commands for one model only the newest runs; one that has already ended is not run again; one that was
 * decided on before the live version's data is answered by that version.
 *
 * @param standing what is known of a model; undefined for an unknown one
 * @returns one admission per command, at the same index
 */
export function admit(
  commands: readonly RetrainCommand[],
  standing: (model: string) => Standing | undefined,
): Admission[] {
  const newest = new Map<string, number>();
  commands.forEach((command, index) => {
    if (!standing(command.model)?.finished.has(command.commandId)) newest.set(command.model, index);
  });
  return commands.map((command, index) => {
    const known = standing(command.model);
    if (!known) return { kind: 'refused', reason: `no model '${command.model}' is registered` };
    if (known.finished.has(command.commandId)) return { kind: 'done' };
    const winner = newest.get(command.model);
    if (winner !== undefined && winner !== index) {
      return { kind: 'superseded', reason: `a newer command, ${commands[winner]?.commandId}, came in` };
    }
    if (known.live === null)
      return { kind: 'refused', reason: `model '${command.model}' has no live version` };
    const isOutdated = command.baseVersion !== known.live && command.eventTime <= known.liveSince;
    if (isOutdated && command.issuedBy === 'ensemble') {
      return { kind: 'superseded', reason: `version ${known.live} was published on newer data` };
    }
    return { kind: 'run' };
  });
}
