import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { unpackPackages } from './debian-packages.ts';

/**
 * Debian's package with a Vulkan loader and SwiftShader, a Vulkan driver that computes on the CPU;
 * 32 MB, unpacked and never installed.
 */
const PACKAGE = 'chromium-common';
const IN_PACKAGE = 'usr/lib/chromium';
const ICD = 'vk_swiftshader_icd.json';

/**
 * Makes webgpu usable without a GPU: sets SWIFTSHADER_DIR to the folder of an installed chromium or
 * of one that is fetched once into `cacheDir`. Where neither can be had it says so, and the test is
 * skipped with its reason.
 */
export function provideSwiftShader(environment: NodeJS.ProcessEnv, cacheDir: string): void {
  if (environment.SWIFTSHADER_DIR || existsSync(join('/', IN_PACKAGE, ICD))) return;
  const target = join(cacheDir, 'swiftshader');
  const folder = join(target, IN_PACKAGE);
  if (!existsSync(join(folder, ICD))) {
    console.log(`Fetching SwiftShader, for webgpu without a GPU (Debian's ${PACKAGE}, 32 MB) …`);
    try {
      unpackPackages([PACKAGE], target, false);
    } catch (error) {
      const reason = error instanceof Error ? error.message.trim() : String(error);
      console.log(`SwiftShader cannot be had here: ${reason}`);
      return;
    }
  }
  environment.SWIFTSHADER_DIR = folder;
}
