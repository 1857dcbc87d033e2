import { test } from 'node:test';
import { createTfjsEngine } from '@driftloop/engine-tfjs';
import { checkDevice } from '../runner/device-check.ts';
import { TRAJECTORIES } from '../step/trajectories.ts';
import { checkTrajectory } from '../step/trajectory-check.ts';

for (const backend of ['cpu', 'wasm'] as const) {
  for (const [name, trajectory] of Object.entries(TRAJECTORIES)) {
    test(`on tfjs ${backend} losses follow a float64 reference to 1e-5 over 50 steps: ${name}`, async () => {
      await checkTrajectory(await createTfjsEngine({ backend }), trajectory);
    });
  }

  test(`on tfjs ${backend} micro-batches, masks, penalties and snapshots are those of ONNX Runtime`, async () => {
    await checkDevice(await createTfjsEngine({ backend }));
  });
}
