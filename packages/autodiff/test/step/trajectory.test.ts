import { test } from 'node:test';
import { createOrtEngine } from '@driftloop/engine-ort';
import { TRAJECTORIES } from './trajectories.ts';
import { checkTrajectory } from './trajectory-check.ts';

for (const [name, trajectory] of Object.entries(TRAJECTORIES)) {
  test(`losses follow a float64 reference to 1e-5 over 50 steps: ${name}`, async () => {
    await checkTrajectory(createOrtEngine({ device: 'cpu' }), trajectory);
  });
}
