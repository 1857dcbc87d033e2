import type { BusRecord } from '@driftloop/bus';
import type { History, HistoryState } from '@driftloop/drift';
import type { ModelContexts } from '@driftloop/drift-stages';
import type { Clock, Logger } from '@driftloop/service';
import type { Output } from '@driftloop/streams';
import type { Meters } from './meters.ts';

/** What the fold works with. */
export interface ConcludeParts {
  readonly history: History;
  /** Changed in place. */
  readonly state: HistoryState;
  readonly contexts: ModelContexts;
  readonly clock: Pick<Clock, 'now'>;
  readonly meters: Meters;
  readonly logger: Logger;
}

/** Takes records of the sketch log into the history; returns what is to be written. */
export async function concludeRecords(
  { history, state, contexts, clock, meters, logger }: ConcludeParts,
  records: readonly BusRecord<'drift.sketches'>[],
): Promise<Output[]> {
  const outputs: Output[] = [];
  for (const { value: sketch } of records) {
    await contexts.of(sketch.model)?.load(sketch.windows.map(({ version }) => version));
    // After a restart windows of older versions may still be open.
    for (const { model, versions } of history.needs(state, sketch)) await contexts.of(model)?.load(versions);
    const { signals, verdicts, commands } = history.apply(state, sketch, contexts, clock.now());
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
  return outputs;
}
