import type { Bus, BusRecord, FollowerHealth } from '@driftloop/bus';
import type { RetrainCommand } from '@driftloop/schemas';

/** The newest command of each kind for each model that is on Kafka, read or not yet. */
export interface NewestCommands {
  /**
   * The newest command for the same model, with the same action, in the same partition; the command
   * itself when none is known to have come after it.
   */
  since(command: BusRecord<'retrain.commands'>): RetrainCommand;
  health(): FollowerHealth;
  close(): Promise<void>;
}

/**
 * Looks ahead of the trainer's own place in retrain.commands: while a run is going on, its consumer
 * holds batches that were fetched when the run began, and what has come since would be known only
 * after they were carried out.
 */
export async function followNewestCommands(
  bus: Pick<Bus, 'follow'>,
  onCrash: (error: unknown) => void,
): Promise<NewestCommands> {
  const newest = new Map<string, BusRecord<'retrain.commands'>>();
  const follower = await bus.follow(
    'retrain.commands',
    (records) => {
      for (const record of records) newest.set(keyOf(record), record);
    },
    { onCrash },
  );
  return {
    since(command) {
      const found = newest.get(keyOf(command));
      return found && found.offset > command.offset ? found.value : command.value;
    },
    health: () => follower.health(),
    close: () => follower.close(),
  };
}

function keyOf({ partition, value }: BusRecord<'retrain.commands'>): string {
  return `${partition}/${value.action}/${value.model}`;
}
