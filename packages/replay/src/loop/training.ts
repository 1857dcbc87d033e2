import { admit, type Order, orderOf, type RetrainOrder, requireTrainable } from '@driftloop/continual';
import { DriftloopError, ERRORS } from '@driftloop/errors';
import { requireModel, standingOf } from '@driftloop/registry';
import type { RetrainCommand } from '@driftloop/schemas';
import { decideOrder } from './decide-order.ts';
import { createEndings, type Ending } from './endings.ts';
import { type Run, type RunParts, settleRun, trainRun } from './run.ts';

/** Commands, as the trainer takes them. */
export interface Training {
  /** Takes the commands that a record led to. */
  take(commands: readonly RetrainCommand[]): Promise<void>;
  /** Ends a run that is over by now. */
  pass(): Promise<void>;
  /** Whether `pass` has something to do. */
  isDue(): boolean;
  readonly endings: readonly Ending[];
}

/**
 * Carries out commands by the rules of the trainer: one run at a time, of the commands that come
 * meanwhile the newest, and what takes no time at once.
 *
 * @param now log time, epoch ms
 * @param takesMs log time that a run takes
 */
export function createTraining(parts: RunParts, now: () => number, takesMs: number): Training {
  const { registry, labels } = parts;
  const endings = createEndings(now);
  const { end } = endings;
  let running: Run | undefined;
  let waiting: RetrainOrder | undefined;

  const isAdmitted = (order: Order): boolean => {
    const admission = admit(order, standingOf(registry.model(order.model), endings), order);
    if (admission.kind === 'run') return true;
    if (admission.kind !== 'done') end(order, 'superseded', { reasons: [admission.reason] });
    return false;
  };
  const begin = async (order: RetrainOrder) => {
    if (!isAdmitted(order)) return;
    const { spec, state } = requireModel(registry, order.model);
    requireTrainable(spec);
    const data = labels.select(order.selection, spec.retrain.maxRows, order.labelsThrough);
    if (data.rows < spec.retrain.minLabels) {
      const reason = `the selection holds ${data.rows} labelled rows, ${spec.retrain.minLabels} are needed`;
      end(order, 'rejected', { reasons: [reason] });
      return;
    }
    running = { order, readyAt: now() + takesMs, data, parent: state.live ?? order.baseVersion };
  };
  const finish = async (run: Run) => {
    try {
      await settleRun(run, await trainRun(run, parts), registry, endings);
    } catch (error) {
      const phase = error instanceof DriftloopError ? ERRORS[error.code].run : undefined;
      if (phase !== 'rejected' && phase !== 'failed') throw error;
      end(run.order, phase, { rows: run.data.rows, reasons: [(error as Error).message] });
    }
  };
  const isDue = () => running !== undefined && running.readyAt <= now();
  const pass = async () => {
    while (running && isDue()) {
      const run = running;
      await finish(run);
      running = undefined;
      const next = waiting;
      waiting = undefined;
      if (next) await begin(next);
    }
  };
  return {
    endings: endings.all,
    isDue,
    pass,
    async take(commands) {
      for (const command of commands) {
        const order = orderOf(command);
        if (order.kind !== 'retrain') {
          if (isAdmitted(order)) await decideOrder(order, registry, endings);
        } else if (running === undefined) await begin(order);
        else {
          if (waiting)
            end(waiting, 'superseded', { reasons: [`a newer command, ${order.commandId}, came in`] });
          waiting = order;
        }
      }
      await pass();
    },
  };
}
