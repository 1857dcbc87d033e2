import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Device } from '@driftloop/autodiff';

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

/**
 * Tries every device with a graph of one node, each in a process of its own: a driver may write to
 * stderr, hang or crash. Takes up to a few seconds where a GPU must wake up.
 */
export async function availableDevices(): Promise<DeviceReport[]> {
  return Promise.all((['cpu', 'webgpu', 'cuda'] as const).map(probe));
}

async function probe(device: Device): Promise<DeviceReport> {
  const script = fileURLToPath(new URL('probe-device.ts', import.meta.url));
  const outcome = await promisify(execFile)(process.execPath, [script, device], { timeout: 60_000 }).then(
    ({ stdout }) => stdout.trim().split('\n').at(-1) ?? '',
    (error: Error) => `the probe failed: ${error.message.split('\n')[0]}`,
  );
  if (outcome === 'ok') return { device, available: true };
  return { device, available: false, reason: `${outcome || 'the probe said nothing'} (${ADVICE[device]})` };
}
