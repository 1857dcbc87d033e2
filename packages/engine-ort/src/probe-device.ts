import type { Device } from '@driftloop/autodiff';
import { GraphBuilder, serializeModel } from '@driftloop/onnx';
import { createOrtEngine } from './ort-engine.ts';

/** Run as a script: tries the device that it is given and prints `ok` or what is wrong. */
const DEVICES: Readonly<Record<string, Device>> = { cpu: 'cpu', webgpu: 'webgpu', cuda: 'cuda' };

async function probe(device: Device): Promise<string> {
  const builder = new GraphBuilder({ name: 'probe' });
  builder.input('x', 'float32', [2]);
  builder.output(builder.node('Add', ['x', 'x'], {}, 'y'));
  const session = await createOrtEngine({ device, logSeverity: 4 }).load(serializeModel(builder.build()));
  const { y } = await session.run({ x: { type: 'float32', dims: [2], data: Float32Array.of(1, 2) } });
  await session.release();
  return y?.data[1] === 4 ? 'ok' : `2 + 2 came out as ${y?.data[1]}`;
}

const device = DEVICES[process.argv[2] ?? 'cpu'];
const outcome = device ? probe(device) : Promise.resolve('no such device');
console.log(await outcome.catch((error: Error) => error.message));
