import type { TypedProducer } from '@driftloop/bus';
import type { RetrainCommand, TrainingPhase, TrainingProgress } from '@driftloop/schemas';
import type { Clock } from '@driftloop/service';
import type { TrainingReport } from '../run/job.ts';

/** Tells training.progress how one command gets on. */
export interface Progress {
  /** A new phase began. */
  phase(phase: TrainingPhase, message: string): Promise<void>;
  /** Some steps were done; at most one record per interval is sent, and none is waited for. */
  steps(report: TrainingReport): void;
  /** The command ended; everything sent before is acknowledged when it resolves. */
  end(
    phase: TrainingPhase,
    message: string,
    version?: number,
    metrics?: Readonly<Record<string, number>>,
  ): Promise<void>;
}

const REPORT_EVERY_MS = 500;

/** Starts telling about a command. */
export function createProgress(
  producer: TypedProducer,
  command: Pick<RetrainCommand, 'model' | 'commandId'>,
  clock: Pick<Clock, 'now' | 'monotonicMs'>,
): Progress {
  let last: TrainingReport = { step: 0, steps: 0, loss: Number.NaN, metrics: {} };
  let reportedAt = Number.NEGATIVE_INFINITY;
  let pending: Promise<void> = Promise.resolve();

  const send = (record: Pick<TrainingProgress, 'phase' | 'message'> & Partial<TrainingProgress>) => {
    const value: TrainingProgress = {
      model: command.model,
      commandId: command.commandId,
      version: null,
      step: last.step,
      steps: last.steps,
      loss: Number.isFinite(last.loss) ? last.loss : null,
      metrics: last.metrics,
      at: clock.now(),
      ...record,
    };
    pending = pending.then(() => producer.send('training.progress', [{ key: command.model, value }]));
    return pending;
  };

  return {
    phase: (phase, message) => send({ phase, message }),
    steps(report) {
      last = report;
      const now = clock.monotonicMs();
      if (now - reportedAt < REPORT_EVERY_MS) return;
      reportedAt = now;
      // A progress record that is lost costs nothing; the end is awaited and fails on the same
      // producer.
      send({ phase: 'training', message: `step ${report.step} of ${report.steps}` }).catch(() => {});
    },
    end: (phase, message, version, metrics) =>
      send({
        phase,
        message,
        ...(version === undefined ? {} : { version }),
        ...(metrics ? { metrics } : {}),
      }),
  };
}
