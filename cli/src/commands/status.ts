import { statusLocal } from '@driftloop/local';
import type { Command } from 'commander';
import { readLocalState } from '../environment/settings.ts';
import { EXIT_CODES } from '../output/exit-codes.ts';
import { renderTable } from '../output/table.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';

/** `driftloop status`: whether every part works; exit code 1 when one does not. */
export function addStatus(program: Command): void {
  withCommonOptions(program.command('status'))
    .description('show whether every part works; the exit code is 1 when one does not')
    .addHelpText('after', '\nExample:\n  $ pnpm driftloop status --json')
    .action(async (options: CommonOptions) => {
      const infrastructure = await statusLocal(options.data);
      const services = await Promise.all(
        (readLocalState(options.data)?.services ?? []).map(async ({ name, pid, url, log }) => {
          const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
          return { name, pid, url, log, state: answer?.ok ? 'ready' : 'stopped' };
        }),
      );
      const parts = [...infrastructure, ...services];
      if (options.json) console.log(JSON.stringify({ parts }));
      else if (parts.length === 0) console.log(`Nothing is up in ${options.data}: pnpm driftloop up`);
      else
        console.log(
          renderTable(
            ['part', 'state', 'pid', 'url', 'log'],
            parts.map(({ name, state, pid, url, log }) => [name, state, pid, url, log]),
          ),
        );
      process.exitCode =
        parts.length > 0 && parts.every(({ state }) => state === 'ready') ? EXIT_CODES.ok : EXIT_CODES.failed;
    });
}
