import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../environment/settings.ts';

/** Where a workspace that was installed without tools for development has nothing. */
const BUILDER = 'scripts/node_modules/vite';

/**
 * Builds the web console where it is missing or older than its sources; the build says so in a
 * line. Everything else works without it, so a build that fails stops nothing.
 *
 * @param isQuiet whether nothing may be printed but what the caller prints
 */
export function buildConsoleIfStale(isQuiet: boolean): void {
  if (!existsSync(join(ROOT, BUILDER))) return;
  const { status } = spawnSync(
    process.execPath,
    [join(ROOT, 'scripts/console-build/main.ts'), '--if-stale'],
    {
      stdio: isQuiet ? 'ignore' : ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    },
  );
  if (status !== 0 && !isQuiet)
    console.error('The web console could not be built; all else works. See: npm run console:build');
}
