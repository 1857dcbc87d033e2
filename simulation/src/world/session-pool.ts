import type { LoadedSession, RunResult, SessionModel, SessionPool } from '@driftloop/service-inference';
import { predictedOf } from '@driftloop/spec';
import type { Instance } from '../instance/instance.ts';
import { answersOf } from '../workload/models.ts';

/**
 * What stands in for threads with ONNX Runtime: answers are a function of file and features, after
 * a while.
 */
export function createPurePool(instance: Instance): SessionPool {
  return {
    load: (model) =>
      instance.ask(
        (): LoadedSession => ({
          worker: 0,
          run: (features, rows) => instance.ask(() => run(model, features, rows)),
          release: () => instance.ask(() => undefined),
        }),
      ),
    describe: () => [],
    close: async () => undefined,
  };
}

function run({ onnx, task, width }: SessionModel, features: Float32Array, rows: number): RunResult {
  const outputs = answersOf(onnx, task, width, features.subarray(0, rows * width));
  const outputWidth = outputs.length / rows;
  const predicted = predictedOf(outputs, rows, outputWidth, task);
  return { outputs, outputWidth, predicted, failures: [], runMs: 0 };
}
