import { userInfo } from 'node:os';
import type { ReleaseStep } from '@driftloop/registry';
import { type Command, Option } from 'commander';
import { audited } from '../environment/audited.ts';
import { withConnections } from '../environment/session.ts';
import { type CommonOptions, wholeBetween, withCommonOptions } from './options.ts';

type TrialOptions = CommonOptions & { model: string; version?: number; reason: string };

const STEPS: readonly ReleaseStep[] = ['shadow', 'canary', 'live'];
const NOW: Readonly<Record<ReleaseStep, string>> = {
  shadow: 'answers in shadow',
  canary: 'answers a share of the requests',
  live: 'is live',
};

/** `driftloop promote`: brings a version a step on. */
export function addPromote(program: Command): void {
  withTrialOptions(program.command('promote'))
    .description('bring a version on trial a step on: from shadow to canary, and live')
    .addOption(
      new Option(
        '--to <step>',
        'where to (default: canary where the spec has a canaryShare, else live)',
      ).choices(STEPS),
    )
    .addHelpText(
      'after',
      '\nExample:\n  $ npm run driftloop -- promote --model elec --reason "looks right on the holidays"',
    )
    .action(async ({ data, model, json, ...given }: TrialOptions & { to?: ReleaseStep }) => {
      const change = { action: 'driftloop promote', model, reason: given.reason };
      const released = await withConnections(data, (connections) =>
        audited(connections, change, async (note) => {
          const done = await connections.registry.release(model, {
            ...decisionOf(given),
            ...(given.to === undefined ? {} : { to: given.to }),
          });
          note.version = done.version;
          return done;
        }),
      );
      const { version, is } = released;
      console.log(json ? JSON.stringify(released) : `Version ${version} of ${model} ${NOW[is]}.`);
    });
}

/** `driftloop reject`: gives a version on trial up. */
export function addReject(program: Command): void {
  withTrialOptions(program.command('reject'))
    .description('give a version on trial up, in shadow or as canary')
    .addHelpText(
      'after',
      '\nExample:\n  $ npm run driftloop -- reject --model elec --version 7 --reason "trained on broken prices"',
    )
    .action(async ({ data, model, json, ...given }: TrialOptions) => {
      const change = { action: 'driftloop reject', model, reason: given.reason };
      const version = await withConnections(data, (connections) =>
        audited(connections, change, async (note) => {
          note.version = await connections.registry.withdraw(model, decisionOf(given));
          return note.version;
        }),
      );
      console.log(
        json ? JSON.stringify({ rejected: version }) : `Version ${version} of ${model} is rejected.`,
      );
    });
}

function withTrialOptions(command: Command): Command {
  return withCommonOptions(command)
    .requiredOption('--model <name>', 'the model')
    .option(
      '--version <number>',
      'the version (default: the one in shadow, or else the canary)',
      wholeBetween(1, 1e9),
    )
    .requiredOption('--reason <text>', 'why; kept in the history');
}

function decisionOf({ version, reason }: Pick<TrialOptions, 'version' | 'reason'>) {
  return { ...(version === undefined ? {} : { version }), reason, actor: userInfo().username };
}
