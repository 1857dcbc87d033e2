import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { audited } from '../environment/audited.ts';
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
      const { model, reason } = options;
      const live = await withConnections(options.data, (connections) =>
        audited(connections, { action: 'driftloop rollback', model, reason }, async (note) => {
          note.version = await connections.registry.rollback(model, {
            ...(options.to === undefined ? {} : { to: options.to }),
            reason,
            actor: userInfo().username,
          });
          return note.version;
        }),
      );
      console.log(
        options.json ? JSON.stringify({ live }) : `Version ${live} of ${options.model} is live again.`,
      );
    });
}
