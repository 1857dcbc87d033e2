import type { Bus, FollowerHealth } from '@driftloop/bus';
import type { ModelEvent, TrainingPhase } from '@driftloop/schemas';

/** How a command ended, as model.events tells it. */
export interface CommandEnd {
  readonly phase: Extract<TrainingPhase, 'published' | 'canary' | 'shadow' | 'rejected'>;
  /** The candidate that came of it, or the version that it brought back. */
  readonly version: number;
  readonly reasons: readonly string[];
}

/** Commands that have left their mark on model.events. */
export interface EndedCommands {
  get(commandId: string): CommandEnd | undefined;
  health(): FollowerHealth;
  close(): Promise<void>;
}

/**
 * Follows model.events for the ends of commands. The versions alone do not tell all of them: a
 * command that ended with an earlier version live again made none, and a trainer that was killed
 * before it could commit must neither train for it nor go back once more.
 */
export async function followEndedCommands(
  bus: Bus,
  onCrash: (error: unknown) => void,
): Promise<EndedCommands> {
  const ends = new Map<string, CommandEnd>();
  const follower = await bus.follow(
    'model.events',
    (records) => {
      for (const { value } of records) {
        const end = endOf(value);
        // What happens to the version later has the same command, and is not how the command ended.
        if (end && value.commandId !== null && !ends.has(value.commandId)) ends.set(value.commandId, end);
      }
    },
    { onCrash },
  );
  return {
    get: (commandId) => ends.get(commandId),
    health: () => follower.health(),
    close: () => follower.close(),
  };
}

function endOf({ kind, version, restoredVersion, reasons }: ModelEvent): CommandEnd | undefined {
  switch (kind) {
    case 'published':
      return { phase: 'published', version, reasons };
    case 'canary':
      return { phase: 'canary', version, reasons };
    case 'shadow':
      return { phase: 'shadow', version, reasons };
    case 'rejected':
      return { phase: 'rejected', version, reasons };
    case 'rolledBack':
      return restoredVersion === null
        ? undefined
        : {
            phase: 'published',
            version: restoredVersion,
            reasons: [`version ${restoredVersion} is live again`, ...reasons],
          };
    case 'registered':
    case 'candidate':
      return undefined;
  }
}
