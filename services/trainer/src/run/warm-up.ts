import { createMlp, type Engine, emptyMemory, retrain } from '@driftloop/continual';

const ROWS = 256;
const STEPS = 40;

/**
 * Goes once through all that a run does, on made-up rows, so that libraries are loaded and code is
 * compiled before a job comes.
 */
export async function warmUp(engine: Engine): Promise<void> {
  const data = {
    rows: ROWS,
    width: 2,
    features: Float32Array.from({ length: 2 * ROWS }, (_, i) => Math.sin(i)),
    labels: Float32Array.from({ length: ROWS }, (_, row) => row % 2),
    weights: new Float32Array(ROWS).fill(1),
    eventTimes: Float64Array.from({ length: ROWS }, (_, row) => row),
  };
  const feature = { kind: 'numeric' as const, allowMissing: false };
  await retrain({
    engine,
    live: createMlp({ inputs: 2, task: 'binary', classes: 2, seed: 1 }),
    spec: {
      task: 'binary',
      classes: 2,
      features: [
        { name: 'a', ...feature },
        { name: 'b', ...feature },
      ],
    },
    data,
    memory: emptyMemory(2),
    strategy: 'replay',
    budget: { maxSeconds: 5, maxSteps: STEPS },
    seed: 1,
    now: () => performance.now(),
  });
}
