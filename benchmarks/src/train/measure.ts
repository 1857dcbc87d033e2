import { createStepRunner, type Engine } from '@driftloop/autodiff';
import { createRandom } from '@driftloop/stats';
import { summarize } from '../harness/samples.ts';
import { BATCH, type Workload, workloadModel } from './models.ts';

/**
 * Samples per second. Of many short repeats the best one shows what the program can do on a machine
 * that others use too; per second of CPU time it does not matter how many others there are.
 */
export interface Rates {
  readonly best: number;
  readonly median: number;
  readonly perCpuSecond: number;
}

/**
 * Samples per second of whole training steps (forward, backward, Adam), fed from and reported to
 * JavaScript, as a run has it.
 */
export async function measureTraining(
  engine: Engine,
  workload: Workload,
  { steps, repeats }: { readonly steps: number; readonly repeats: number },
): Promise<Rates & { readonly loss: number }> {
  const rows = BATCH[workload];
  const random = createRandom(2);
  const features = Float32Array.from({ length: 784 * rows * 10 }, () => random.uniform());
  const labels = Float32Array.from({ length: rows * 10 }, () => Math.floor(10 * random.uniform()));
  const runner = await createStepRunner({
    engine,
    model: workloadModel(workload),
    loss: 'softmaxCrossEntropy',
    optimizer: { kind: 'adam' },
  });
  let loss = Number.NaN;
  const epoch = async () => {
    const start = performance.now();
    for (let step = 0; step < steps; step++) {
      const from = (step % 10) * rows;
      const batch = {
        rows,
        features: features.subarray(784 * from, 784 * (from + rows)),
        labels: labels.subarray(from, from + rows),
      };
      loss = (await runner.run(batch, 1e-3)).loss;
    }
    return (1000 * steps * rows) / (performance.now() - start);
  };
  await epoch();
  const rates: number[] = [];
  const cpuBefore = process.cpuUsage();
  for (let i = 0; i < repeats; i++) rates.push(await epoch());
  const { user, system } = process.cpuUsage(cpuBefore);
  await runner.release();
  const { median, max } = summarize(rates);
  return { best: max, median, perCpuSecond: (1e6 * steps * repeats * rows) / (user + system), loss };
}
