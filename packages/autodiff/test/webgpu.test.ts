import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { TRAJECTORIES } from './step/trajectories.ts';

// Debian's chromium (package chromium-common) brings a Vulkan loader and SwiftShader, a Vulkan
// driver that computes on the CPU.
const folder = process.env.SWIFTSHADER_DIR ?? '/usr/lib/chromium';
const icd = join(folder, 'vk_swiftshader_icd.json');
const skip = existsSync(icd)
  ? false
  : `no ${icd}: install Debian's chromium, or set SWIFTSHADER_DIR; \`npm test\` fetches it where apt-get can`;

test('on webgpu (SwiftShader) state stays on the device and losses follow the float64 reference to 1e-5', {
  skip,
}, async () => {
  const script = fileURLToPath(new URL('run-on-webgpu.ts', import.meta.url));
  // The loader's path is read when a process starts, hence another one.
  const { stdout } = await promisify(execFile)(process.execPath, [script], {
    env: { ...process.env, LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: icd },
    timeout: 300_000,
  });
  assert.deepEqual(stdout.trim().split('\n'), ['state', ...Object.keys(TRAJECTORIES)]);
});
