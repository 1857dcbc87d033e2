/**
 * Run as a process: `ours.ts <workload> <device> <threads> <steps> <repeats>`; prints one JSON
 * object.
 */
import { createOrtEngine } from '@driftloop/engine-ort';
import { measureTraining } from './measure.ts';

const [workload, device, threads, steps, repeats] = process.argv.slice(2);
const engine = createOrtEngine({
  device: device === 'webgpu' || device === 'cuda' ? device : 'cpu',
  threads: Number(threads),
});
const kind = workload === 'cnn' || workload === 'large' ? workload : 'mlp';
console.log(
  JSON.stringify(await measureTraining(engine, kind, { steps: Number(steps), repeats: Number(repeats) })),
);
process.exit(0);
