import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { withConnections } from '../environment/session.ts';
import { type CommonOptions, wholeBetween, withCommonOptions } from './options.ts';

/** `driftloop rollback`: brings an earlier version back. */
export function addRollback(program: Command): void {
  withCommonOptions(program.command('rollback'))
    .description('bring an earlier version of a model back; serving swaps within a second')
    .requiredOption('--model <name>', 'the model')
    .option(
      '--to <version>',
      'version to bring back (default: the one that was live before)',
      wholeBetween(1, 1e9),
    )
    .requiredOption('--reason <text>', 'why; kept in the history')
    .addHelpText(
      'after',
      '\nExample:\n  $ npm run driftloop -- rollback --model elec --reason "wrong prices since noon"',
    )
    .action(async (options: CommonOptions & { model: string; to?: number; reason: string }) => {
      const live = await withConnections(options.data, ({ registry }) =>
        registry.rollback(options.model, {
          ...(options.to === undefined ? {} : { to: options.to }),
          reason: options.reason,
          actor: userInfo().username,
        }),
      );
      console.log(
        options.json ? JSON.stringify({ live }) : `Version ${live} of ${options.model} is live again.`,
      );
    });
}
