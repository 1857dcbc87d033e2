import type { StepRunner, TrainingBatch } from '@driftloop/autodiff';

/**
 * Mean over batches of a function of each gradient element: squares give a Fisher diagonal,
 * absolute values MAS's sensitivity.
 */
export async function gradientMoments(
  runner: StepRunner,
  batches: Iterable<TrainingBatch>,
  moment: (gradient: number) => number,
): Promise<Map<string, Float32Array>> {
  const sums = new Map<string, Float64Array>();
  let count = 0;
  for (const batch of batches) {
    const { gradients } = await runner.gradients(batch);
    count++;
    for (const [name, gradient] of gradients) {
      const sum = sums.get(name) ?? new Float64Array(gradient.length);
      sums.set(name, sum);
      for (let i = 0; i < sum.length; i++) sum[i]! += moment(gradient[i]!);
    }
  }
  const means = new Map<string, Float32Array>();
  for (const [name, sum] of sums)
    means.set(
      name,
      Float32Array.from(sum, (value) => value / Math.max(1, count)),
    );
  return means;
}
