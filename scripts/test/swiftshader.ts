import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

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
      fetchInto(target);
    } catch (error) {
      const reason = error instanceof Error ? error.message.trim() : String(error);
      console.log(`SwiftShader cannot be had here: ${reason}`);
      return;
    }
  }
  environment.SWIFTSHADER_DIR = folder;
}

/** Unpacks the package beside the target and moves it there when it is whole. */
function fetchInto(target: string): void {
  const work = `${target}-${process.pid}`;
  mkdirSync(work, { recursive: true });
  try {
    try {
      apt(work, 'download', PACKAGE);
    } catch {
      // A machine that has never asked for lists of packages gets them into a folder of ours.
      const [lists, cache] = [join(work, 'lists'), join(work, 'cache')];
      mkdirSync(join(lists, 'partial'), { recursive: true });
      mkdirSync(join(cache, 'archives', 'partial'), { recursive: true });
      const own = ['-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${cache}`];
      apt(work, ...own, 'update');
      apt(work, ...own, 'download', PACKAGE);
    }
    const archive = readdirSync(work).find((name) => name.endsWith('.deb'));
    if (archive === undefined) throw new Error(`apt-get left no ${PACKAGE} in ${work}`);
    execFileSync('dpkg-deb', ['-x', join(work, archive), join(work, 'unpacked')]);
    rmSync(target, { recursive: true, force: true });
    renameSync(join(work, 'unpacked'), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function apt(folder: string, ...args: string[]): void {
  execFileSync('apt-get', ['--quiet', ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 300_000,
  });
}
