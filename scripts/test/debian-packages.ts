import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Fetches packages of Debian and unpacks them into a folder; nothing is installed. The folder is
 * there when it is whole.
 *
 * @param withMissing whether packages that they need and that are not installed come, too
 * @throws Error where apt-get or dpkg-deb is missing, or fails
 */
export function unpackPackages(packages: readonly string[], target: string, withMissing: boolean): void {
  const work = `${target}-${process.pid}`;
  mkdirSync(join(work, 'archives', 'partial'), { recursive: true });
  const cache = ['-o', `Dir::Cache=${work}`, '-o', 'Debug::NoLocking=1'];
  const get = (...own: string[]) =>
    withMissing
      ? apt(
          work,
          ...own,
          ...cache,
          '--download-only',
          '--no-install-recommends',
          '--yes',
          'install',
          ...packages,
        )
      : apt(join(work, 'archives'), ...own, 'download', ...packages);
  try {
    try {
      get();
    } catch {
      // A machine that has never asked for lists of packages gets them into a folder of ours.
      const lists = join(work, 'lists');
      mkdirSync(join(lists, 'partial'), { recursive: true });
      const own = ['-o', `Dir::State::Lists=${lists}`];
      apt(work, ...own, ...cache, 'update');
      get(...own);
    }
    const archives = readdirSync(join(work, 'archives')).filter((name) => name.endsWith('.deb'));
    if (archives.length === 0 && !withMissing)
      throw new Error(`apt-get left no ${packages.join(', ')} in ${work}`);
    const unpacked = join(work, 'unpacked');
    mkdirSync(unpacked);
    for (const archive of archives)
      execFileSync('dpkg-deb', ['-x', join(work, 'archives', archive), unpacked]);
    rmSync(target, { recursive: true, force: true });
    renameSync(unpacked, target);
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
