import { test } from 'node:test';
import { createOrtEngine } from '@driftloop/engine-ort';
import { graphOnly } from '../graph-only.ts';
import { TRAJECTORIES } from './trajectories.ts';
import { checkTrajectory } from './trajectory-check.ts';

const ENGINES = {
  'by fused kernels': createOrtEngine({ device: 'cpu' }),
  'in one graph': graphOnly(createOrtEngine({ device: 'cpu' })),
};

for (const [update, engine] of Object.entries(ENGINES)) {
  for (const [name, trajectory] of Object.entries(TRAJECTORIES)) {
    test(`losses follow a float64 reference to 1e-5 over 50 steps, updated ${update}: ${name}`, async () => {
      await checkTrajectory(engine, trajectory);
    });
  }
}
