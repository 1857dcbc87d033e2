import { userInfo } from 'node:os';
import {
  CHANNELS,
  checkRule,
  endRule,
  raiseTest,
  readRules,
  requireRule,
  ruleView,
  STATE_NAMES,
  VERSION_ROLES,
  writeRule,
} from '@driftloop/notifications';
import { notificationLog, type StoredNotification } from '@driftloop/warehouse';
import { type Command, Option } from 'commander';
import { audited } from '../environment/audited.ts';
import { withConnections } from '../environment/session.ts';
import { awaitAttempt } from '../notify/await-attempt.ts';
import { renderLog, renderRules } from '../notify/render.ts';
import { bodyOf, type RuleOptions } from '../notify/rule-options.ts';
import { print } from '../output/print.ts';
import { type CommonOptions, wholeBetween, withCommonOptions } from './options.ts';

/** `driftloop notify`: who is told of drift, versions, failed training and dead letters. */
export function addNotify(program: Command): void {
  const command = program
    .command('notify')
    .description('tell people of drift, versions, failed training and dead letters; docs/notifications.md');
  addAdd(command);
  addList(command);
  addRemove(command);
  addTest(command);
  addLog(command);
}

function addAdd(command: Command): void {
  withCommonOptions(command.command('add <name>'))
    .description('make a rule, or put another in the place of one with this name')
    .addOption(new Option('--channel <channel>', 'how it is told').choices(CHANNELS).makeOptionMandatory())
    .option('--to <list>', 'URL of a webhook, or e-mail addresses, separated by commas', namesOf)
    .option(
      '--secret <name>',
      'name of the secret that the notifier has: signing key, Slack URL, routing key',
    )
    .option('--models <names>', 'only about these, separated by commas (default: all)', namesOf)
    .option('--states <names>', `of ${STATE_NAMES.join(', ')}`, namesOf)
    .option('--roles <names>', `only about versions that are ${VERSION_ROLES.join(', ')}`, namesOf)
    .addOption(new Option('--group-by <what>', 'what goes into one message').choices(['model', 'rule']))
    .option('--group <seconds>', 'how long others are waited for (default: 60)', wholeBetween(0, 86_400))
    .option(
      '--cooldown <seconds>',
      'least time between two messages of a group (default: 900)',
      wholeBetween(0, 604_800),
    )
    .option('--most-per-hour <number>', 'messages in an hour at most (default: 20)', wholeBetween(1, 1_000))
    .option('--quiet <hours>', 'tell nothing in these, like 22:00-07:00')
    .option('--time-zone <name>', 'of the quiet hours, like Europe/Berlin (default: UTC)')
    .addHelpText(
      'after',
      `
A secret is a file in NOTIFIER_SECRETS_DIR of the notifier, or NOTIFIER_SECRET_<NAME> in its environment: it stands in no rule.

Examples:
  $ npm run driftloop -- notify add on-call --channel pagerduty --secret pager --states drift,rolledBack,retrainFailed
  $ npm run driftloop -- notify add team --channel email --to jo@example.org --models elec --quiet 22:00-07:00 --time-zone Europe/Berlin`,
    )
    .action(async (name: string, options: CommonOptions & RuleOptions) => {
      const { data, json } = options;
      const rule = await withConnections(data, (connections) =>
        audited(connections, { action: 'driftloop notify add' }, async (note) => {
          const before = (await readRules(connections.bus)).get(name);
          const made = checkRule(bodyOf(name, options), { by: userInfo().username, now: Date.now(), before });
          if (before) note.before = ruleView(before);
          await writeRule(connections, made);
          note.after = ruleView(made);
          return ruleView(made);
        }),
      );
      print(json ? JSON.stringify(rule) : `The rule '${name}' holds. \`notify test ${name}\` tries it.`);
    });
}

function addList(command: Command): void {
  withCommonOptions(command.command('list'))
    .description('list rules')
    .addHelpText('after', '\nExample:\n  $ npm run driftloop -- notify list')
    .action(async ({ data, json }: CommonOptions) => {
      const rules = await withConnections(data, async ({ bus }) =>
        [...(await readRules(bus)).values()].map(ruleView),
      );
      print(json ? JSON.stringify({ rules }) : renderRules(rules));
    });
}

function addRemove(command: Command): void {
  withCommonOptions(command.command('remove <name>'))
    .description('remove a rule; what it had gathered is not told')
    .requiredOption('--reason <text>', 'why; stands in the audit log')
    .addHelpText(
      'after',
      '\nExample:\n  $ npm run driftloop -- notify remove on-call --reason "new provider"',
    )
    .action(async (name: string, { data, json, reason }: CommonOptions & { reason: string }) => {
      await withConnections(data, (connections) =>
        audited(connections, { action: 'driftloop notify remove', reason }, async (note) => {
          const rule = requireRule(await readRules(connections.bus), name);
          note.before = ruleView(rule);
          const { producer } = connections;
          await endRule({ producer, now: Date.now }, rule, userInfo().username);
          note.after = null;
        }),
      );
      print(json ? JSON.stringify({ removed: name }) : `The rule '${name}' is removed.`);
    });
}

function addTest(command: Command): void {
  withCommonOptions(command.command('test <name>'))
    .description('have a message sent by a rule now, and say what came of it')
    .addHelpText('after', '\nExample:\n  $ npm run driftloop -- notify test on-call')
    .action(async (name: string, { data, json }: CommonOptions) => {
      const came = await withConnections(data, (connections) =>
        audited(connections, { action: 'driftloop notify test' }, async (note) => {
          const rule = requireRule(await readRules(connections.bus), name);
          return awaitAttempt(connections.bus, async () => {
            const asked = { rule: rule.name, by: userInfo().username, at: Date.now() };
            const messageId = await raiseTest(connections.producer, asked);
            note.after = { rule: name, messageId };
            return messageId;
          });
        }),
      );
      print(json ? JSON.stringify(came) : `${came.messageId} is sent.`);
    });
}

type LogOptions = CommonOptions & {
  readonly rule?: string;
  readonly outcome?: string;
  readonly limit: number;
};

function addLog(command: Command): void {
  withCommonOptions(command.command('log'))
    .description('show messages and what came of them, oldest first')
    .option('--rule <name>', 'of this rule')
    .addOption(
      new Option('--outcome <outcome>', 'what came of it').choices(['pending', 'sent', 'failed', 'gaveUp']),
    )
    .option('--limit <rows>', 'most rows, the newest are kept', wholeBetween(1, 10_000), 40)
    .addHelpText('after', '\nExample:\n  $ npm run driftloop -- notify log --outcome gaveUp')
    .action(async ({ data, json, rule, outcome, limit }: LogOptions) => {
      const filter = {
        ...(rule === undefined ? {} : { rule }),
        ...(outcome === undefined ? {} : { outcome }),
      };
      const messages = (
        await withConnections(data, ({ warehouse }) => notificationLog(warehouse, filter, limit))
      ).reverse();
      print(json ? JSON.stringify({ messages: messages.map(viewOf) }) : renderLog(messages));
    });
}

function viewOf({ offset: _, ...message }: StoredNotification) {
  return message;
}

function namesOf(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
