import { createOrtEngine } from '@driftloop/engine-ort';
import { checkDevice } from './runner/device-check.ts';
import { TRAJECTORIES } from './step/trajectories.ts';
import { checkTrajectory } from './step/trajectory-check.ts';

/** Run as a script by webgpu.test.ts, in an environment where the Vulkan loader finds a driver. */
const engine = createOrtEngine({ device: 'webgpu' });
await checkDevice(engine);
console.log('state');
for (const [name, trajectory] of Object.entries(TRAJECTORIES)) {
  await checkTrajectory(engine, trajectory);
  console.log(name);
}
