import { type Engine, predict } from '@driftloop/continual';
import type { Task } from './scenario.ts';

/**
 * Share of a task's test rows that a model answers rightly, choosing from the classes that are told
 * where they are.
 */
export async function accuracyOn(
  engine: Engine,
  model: Uint8Array,
  { test, among }: Pick<Task, 'test' | 'among'>,
): Promise<number> {
  const { outputs, outputWidth } = await predict(engine, model, test.features, test.width);
  const candidates = among ?? Array.from({ length: outputWidth }, (_, label) => label);
  let right = 0;
  for (let row = 0; row < test.rows; row++) {
    const score = (label: number) => outputs[row * outputWidth + label]!;
    const best = candidates.reduce((found, label) => (score(label) > score(found) ? label : found));
    if (best === test.labels[row]) right++;
  }
  return right / test.rows;
}
