import { emptyMemory, encodeMemory } from '@driftloop/continual';
import { buildReferenceProfile } from '@driftloop/drift';
import { DriftloopError } from '@driftloop/errors';
import type { TrainingJob, TrainingOutcome, TrainingProcesses } from '@driftloop/service-trainer';
import type { Instance } from '../instance/instance.ts';
import { answersOf, untrainedFile } from '../workload/models.ts';

const ENGINE = 'simulated 1.0';

/**
 * What stands in for training processes: the same job has the same candidate after a while; of four
 * candidates the gate refuses one.
 */
export function createPureTraining(instance: Instance): TrainingProcesses {
  return {
    ready: () => instance.ask(() => ENGINE),
    async run(job, { signal, onProgress, freshRows }) {
      for (let step = 1; step <= 3; step++) {
        await instance.clock.sleep(1_000 + 10_000 * instance.random.uniform(), signal);
        if (signal.aborted) throw new DriftloopError('TRAINING_FAILED', 'The training process was aborted.');
        onProgress({ step, steps: 3, loss: 1 / step, metrics: {} });
      }
      await freshRows?.();
      return outcomeOf(job);
    },
    discard: () => instance.ask(() => undefined),
    pid: () => undefined,
    hold: () => undefined,
    close: () => undefined,
  };
}

function outcomeOf({ spec, data, seed, profile }: TrainingJob): TrainingOutcome {
  const model = untrainedFile(spec, seed);
  const outputs = answersOf(model, spec.task, data.width, data.features);
  const accepted = seed % 4 !== 0;
  return {
    model,
    memory: encodeMemory(emptyMemory(data.width)),
    profile: buildReferenceProfile({ spec, data, outputs, layout: profile.layout }),
    accepted,
    isLate: seed % 2 === 0,
    reasons: [accepted ? 'better on the newest rows' : 'no better on the newest rows'],
    metrics: { rows: data.rows },
    engine: ENGINE,
  };
}
