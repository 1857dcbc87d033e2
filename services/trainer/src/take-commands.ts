import type { BusRecord, TypedProducer } from '@driftloop/bus';
import { admit, orderOf } from '@driftloop/continual';
import { standingOf } from '@driftloop/registry';
import type { Clock } from '@driftloop/service';
import { carryOut, type Parts } from './carry-out.ts';
import type { EndedCommands } from './commands/ended-commands.ts';
import type { NewestCommands } from './commands/newest-commands.ts';
import { createProgress } from './commands/progress.ts';
import type { Meters } from './meters.ts';

/** What taking commands needs, beside what carrying one out does. */
export interface CommandParts extends Parts {
  readonly producer: TypedProducer;
  readonly clock: Clock;
  readonly newest: NewestCommands;
  readonly endings: EndedCommands;
  readonly meters: Meters;
  /** Ids of commands that are being carried out, and since when; kept up to date. */
  readonly running: Map<string, string>;
}

/**
 * Takes commands one after another: each is carried out, or its progress says why not.
 *
 * @returns false where a stop has left the last of them as it was
 */
export async function takeCommands(
  records: readonly BusRecord<'retrain.commands'>[],
  parts: CommandParts,
): Promise<boolean> {
  for (const record of records) {
    const wasRun = await takeCommand(record, parts);
    if (wasRun && parts.signal.aborted) return false;
  }
  return true;
}

/** @returns whether it was carried out */
async function takeCommand(record: BusRecord<'retrain.commands'>, parts: CommandParts): Promise<boolean> {
  const { registry, producer, clock, newest, endings, meters, running } = parts;
  const order = orderOf(record.value);
  const { model, commandId } = order;
  // Whoever asks may be ahead of this follower: what happened to the model before the command
  // counts.
  await registry.sync();
  const admission = admit(order, standingOf(registry.model(model), endings), newest.since(record));
  const progress = createProgress(producer, order, clock);
  if (admission.kind === 'done') {
    // A trainer that was killed between model.events and training.progress has not told it.
    const end = endings.get(commandId);
    if (end) await progress.end(end.phase, end.reasons.join('; '), end.version);
    return false;
  }
  if (admission.kind !== 'run') {
    await progress.end(admission.kind === 'superseded' ? 'superseded' : 'failed', admission.reason);
    meters.ended.inc({ model, outcome: admission.kind });
    return false;
  }
  running.set(commandId, new Date(clock.now()).toISOString());
  const stopTimer = meters.seconds.startTimer({ model });
  const outcome = await carryOut(order, progress, parts);
  stopTimer();
  running.delete(commandId);
  meters.ended.inc({ model, outcome });
  return true;
}
