/**
 * Run as a process (`train-forever.ts <niceness>`), or loaded into the inference service: trains
 * without end, as a training process does.
 */
import { setPriority } from 'node:os';
import { createOrtEngine } from '@driftloop/engine-ort';
import { measureTraining } from '../train/measure.ts';

/** Steps between two looks at the clock. */
const STEPS = 20;

const [, program = '', niceness] = process.argv;
const isOwnProcess = program.endsWith('train-forever.ts');
// What a service starts by itself has the same options, and must not train too.
if (isOwnProcess || program.endsWith('services/inference/src/main.ts')) void trainForever();

async function trainForever(): Promise<void> {
  if (isOwnProcess) setPriority(Number(niceness));
  const engine = createOrtEngine({ device: 'cpu', threads: 1 });
  for (;;) await measureTraining(engine, 'mlp', { steps: STEPS, repeats: 50 });
}
