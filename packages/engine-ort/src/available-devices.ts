import type { Device } from '@driftloop/autodiff';
import { DriftloopError } from '@driftloop/errors';
import { GraphBuilder, serializeModel } from '@driftloop/onnx';
import { createOrtEngine } from './ort-engine.ts';

/** Whether a device can be used, and if not, why and what to do. */
export interface DeviceReport {
  readonly device: Device;
  readonly available: boolean;
  readonly reason?: string;
}

const ADVICE: Readonly<Record<Device, string>> = {
  cpu: 'reinstall onnxruntime-node',
  webgpu: 'needs a Vulkan driver (libvulkan.so.1 and an ICD of your GPU); see docs/gpu.md',
  cuda: "needs ONNX Runtime's CUDA provider libraries beside the package and CUDA 12 with cuDNN 9; see docs/gpu.md",
};

/** Tries every device with a graph of one node. Takes up to a few seconds where a GPU must wake up. */
export async function availableDevices(): Promise<DeviceReport[]> {
  const reports: DeviceReport[] = [];
  for (const device of ['cpu', 'webgpu', 'cuda'] as const) reports.push(await probe(device));
  return reports;
}

async function probe(device: Device): Promise<DeviceReport> {
  try {
    const session = await createOrtEngine({ device, logSeverity: 4 }).load(doublingModel());
    const { y } = await session.run({ x: { type: 'float32', dims: [2], data: Float32Array.of(1, 2) } });
    await session.release();
    if (y?.data[1] !== 4) return { device, available: false, reason: `2 + 2 came out as ${y?.data[1]}` };
    return { device, available: true };
  } catch (error) {
    if (!(error instanceof DriftloopError)) throw error;
    return { device, available: false, reason: `${error.message} (${ADVICE[device]})` };
  }
}

function doublingModel(): Uint8Array {
  const builder = new GraphBuilder({ name: 'probe' });
  builder.input('x', 'float32', [2]);
  builder.node('Add', ['x', 'x'], {}, 'y');
  builder.output('y');
  return serializeModel(builder.build());
}
