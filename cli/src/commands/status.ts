import { statusLocal } from '@driftloop/local';
import type { Command } from 'commander';
import { readLocalState } from '../environment/settings.ts';
import { EXIT_CODES } from '../output/exit-codes.ts';
import { renderTable } from '../output/table.ts';
import { SERVICE_NAMES } from '../processes/names.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';

/** `driftloop status`: whether every part works; exit code 1 when one does not. */
export function addStatus(program: Command): void {
  withCommonOptions(program.command('status'))
    .description('show whether every part works; the exit code is 1 when one does not')
    .addHelpText('after', '\nExample:\n  $ npm run driftloop -- status --json')
    .action(async (options: CommonOptions) => {
      const infrastructure = await statusLocal(options.data);
      const recorded = readLocalState(options.data)?.services;
      const services = await Promise.all(
        (recorded === undefined ? [] : SERVICE_NAMES).map(async (name) => {
          const service = recorded?.find((other) => other.name === name);
          // One that did not start is a part that does not work.
          if (service === undefined) return { name, state: 'stopped' as const };
          const { pid, url, log } = service;
          const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
          return { name, pid, url, log, state: answer?.ok ? ('ready' as const) : ('stopped' as const) };
        }),
      );
      const parts: Part[] = [...infrastructure, ...services];
      if (options.json) console.log(JSON.stringify({ parts }));
      else {
        console.log(
          renderTable(
            ['part', 'state', 'pid', 'url', 'log'],
            parts.map(({ name, state, pid, url, log }) => [name, state, pid, url, log]),
          ),
        );
        if (parts.every(({ state }) => state === 'stopped'))
          console.log(`Nothing is up in ${options.data}: npm run driftloop -- up`);
      }
      process.exitCode =
        parts.length > 0 && parts.every(({ state }) => state === 'ready') ? EXIT_CODES.ok : EXIT_CODES.failed;
    });
}

interface Part {
  readonly name: string;
  readonly state: string;
  readonly pid?: number;
  readonly url?: string;
  readonly log?: string;
}
