import { existsSync, rmSync } from 'node:fs';
import { endProcess, stopLocal } from '@driftloop/local';
import type { Command } from 'commander';
import { readLocalState, statePath } from '../environment/settings.ts';
import { withFleetLock } from '../processes/fleet-lock.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';

/** Longer than a service gives itself (STOP_TIMEOUT_MS). */
const GRACE_MS = 25_000;

/** `driftloop down`: drains and ends what `driftloop up` started. */
export function addDown(program: Command): void {
  withCommonOptions(program.command('down'))
    .description('end every service and the local infrastructure; the data stays')
    .addHelpText('after', '\nExample:\n  $ npm run driftloop -- down')
    .action(async (options: CommonOptions) => {
      let ended = 0;
      if (existsSync(options.data))
        await withFleetLock(options.data, async () => {
          ended = await endEverything(options.data);
        });
      console.log(
        options.json ? JSON.stringify({ ended }) : `Ended ${ended} services and the local infrastructure.`,
      );
    });
}

async function endEverything(dataDir: string): Promise<number> {
  const { services = [], supervisor } = readLocalState(dataDir) ?? {};
  // First, or it would start again what ends.
  if (supervisor !== undefined) await endProcess(supervisor);
  await Promise.all(services.map((service) => endProcess(service, GRACE_MS)));
  await stopLocal(dataDir);
  rmSync(statePath(dataDir), { force: true });
  return services.length;
}
