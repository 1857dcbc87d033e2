import type { BusRecord, RefusedAt } from '@driftloop/bus';
import type { History, HistoryState, Steps } from '@driftloop/drift';
import type { ModelContexts } from '@driftloop/drift-stages';
import { type Clock, createTurns, type Logger, type Turns } from '@driftloop/service';
import type { Output } from '@driftloop/streams';
import type { InputTopics } from './input-topics.ts';
import type { Meters } from './meters.ts';

/** What the fold works with. */
export interface ConcludeParts {
  readonly history: History;
  /** Changed in place. */
  readonly state: HistoryState;
  readonly contexts: ModelContexts;
  readonly inputs: InputTopics;
  readonly clock: Clock;
  readonly meters: Meters;
  readonly logger: Logger;
}

/**
 * Takes records of the sketch log into the history; returns what is to be written, and which of
 * them could not be read.
 */
export async function concludeRecords(
  { history, state, contexts, inputs, clock, meters, logger }: ConcludeParts,
  records: readonly BusRecord<'drift.sketches'>[],
): Promise<{ readonly outputs: readonly Output[]; readonly refused: readonly RefusedAt[] }> {
  const outputs: Output[] = [];
  const refused: RefusedAt[] = [];
  const turns = createTurns(clock);
  const facts = await inputs.after(records);
  for (const { value: sketch, offset, timestamp } of records) {
    await contexts.of(sketch.model)?.load(sketch.windows.map(({ version }) => version));
    // After a restart windows of older versions may still be open.
    for (const { model, versions } of history.needs(state, sketch)) await contexts.of(model)?.load(versions);
    const steps = history.steps(state, sketch, contexts, clock.now(), {
      timestamp,
      input: facts[sketch.signal],
    });
    const { signals, verdicts, commands, refused: refusal } = await inTurns(steps, turns);
    if (refusal) {
      const { model, signal } = sketch;
      logger.error({ model, signal, code: refusal.code }, refusal.reason);
      meters.refused.inc({ signal });
      refused.push({ offset, ...refusal });
    }
    for (const value of signals) {
      meters.signals.inc({ model: value.model, detector: value.detector, drifted: String(value.drifted) });
      outputs.push({ topic: 'drift.signals' as const, key: value.model, value });
    }
    for (const value of verdicts) {
      meters.verdicts.inc({ model: value.model, state: value.state });
      outputs.push({ topic: 'drift.verdicts' as const, key: value.model, value });
    }
    for (const value of commands) {
      const { model, commandId, action, reasons } = value;
      meters.commands.inc({ model, action });
      logger.info({ model, commandId, reasons }, action);
      outputs.push({ topic: 'retrain.commands' as const, key: model, value });
    }
  }
  return { outputs, refused };
}

/**
 * What was read in one go may take longer than the lease on the partition lasts, so the process is
 * heard in between.
 */
async function inTurns<Result>(steps: Steps<Result>, turns: Turns): Promise<Result> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (turns.isDue()) await turns.give();
  }
}
