import { userInfo } from 'node:os';
import { endToken, issueToken, ROLES, readTokens, type TokenView, tokenView } from '@driftloop/access';
import { DriftloopError } from '@driftloop/errors';
import type { AccessRole } from '@driftloop/schemas';
import { type Command, Option } from 'commander';
import { audited } from '../environment/audited.ts';
import { withConnections } from '../environment/session.ts';
import { print } from '../output/print.ts';
import { renderTable, renderTime } from '../output/table.ts';
import { type CommonOptions, wholeBetween, withCommonOptions } from './options.ts';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 90;

/** `driftloop tokens`: who may call the gateway, and what they may do. */
export function addTokens(program: Command): void {
  const command = program
    .command('tokens')
    .description('make, list and revoke tokens for the gateway; docs/access.md says what each role may do');
  addCreate(command);
  addList(command);
  addRevoke(command);
}

function addCreate(command: Command): void {
  withCommonOptions(command.command('create'))
    .description('make a token; its secret is printed now and never again')
    .requiredOption('--name <text>', 'who is to call by it; stands in the audit log')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .option('--models <names>', 'only for these models, separated by commas (default: all)', namesOf)
    .option('--days <number>', 'valid for so many days; 0 is for ever', wholeBetween(0, 3_650), DEFAULT_DAYS)
    .addHelpText(
      'after',
      `
The first token that is made ends that everybody on this machine is an admin.

Example:
  $ npm run driftloop -- tokens create --name shop --role operator --models elec`,
    )
    .action(async ({ data, json, name, role, models, days }: CreateOptions) => {
      let isFirst = false;
      const made = await withConnections(data, (connections) =>
        audited(connections, { action: 'driftloop tokens create' }, async (note) => {
          const parts = { producer: connections.producer, now: Date.now };
          const { token, secret } = await issueToken(parts, {
            kind: 'token',
            name,
            role,
            models: models ?? null,
            createdBy: userInfo().username,
            expiresAt: days === 0 ? null : Date.now() + days * DAY_MS,
          });
          note.after = tokenView(token, Date.now(), undefined);
          const { all } = await readTokens(connections.bus);
          isFirst = all().filter(({ kind }) => kind === 'token').length === 1;
          return { token: tokenView(token, Date.now(), undefined), secret };
        }),
      );
      print(json ? JSON.stringify(made) : made.secret);
      if (!json) console.error(`Token ${made.token.id} of ${name}. This is the only time that it is shown.`);
      if (isFirst)
        console.error(
          'It is the first: from now on every call needs a token, also from this machine. `driftloop login` lets a browser in.',
        );
    });
}

interface CreateOptions extends CommonOptions {
  readonly name: string;
  readonly role: AccessRole;
  readonly models?: readonly string[];
  readonly days: number;
}

function addList(command: Command): void {
  withCommonOptions(command.command('list'))
    .description('list tokens; never their secrets')
    .option('--all', 'also those that are valid no more')
    .addHelpText('after', '\nExample:\n  $ npm run driftloop -- tokens list --all')
    .action(async ({ data, json, all }: CommonOptions & { all?: boolean }) => {
      const views = await withConnections(data, async ({ bus }) => {
        const tokens = await readTokens(bus);
        return tokens
          .all()
          .filter(({ kind }) => kind === 'token')
          .map((token) => tokenView(token, Date.now(), tokens.usedAt(token.tokenId)));
      });
      const shown = all === true ? views : views.filter(({ state }) => state === 'valid');
      print(json ? JSON.stringify({ tokens: shown }) : renderTokens(shown));
    });
}

function addRevoke(command: Command): void {
  withCommonOptions(command.command('revoke <id>'))
    .description('end a token, and every session that was begun with it')
    .requiredOption('--reason <text>', 'why; stands in the audit log')
    .addHelpText(
      'after',
      '\nExample:\n  $ npm run driftloop -- tokens revoke token-5b0c1a2f3d4e --reason "left the team"',
    )
    .action(async (id: string, { data, json, reason }: CommonOptions & { reason: string }) => {
      await withConnections(data, (connections) =>
        audited(connections, { action: 'driftloop tokens revoke', reason }, async (note) => {
          const found = (await readTokens(connections.bus)).byId(id);
          if (found?.kind !== 'token')
            throw new DriftloopError(
              'NOT_FOUND',
              `There is no token ${id}; \`driftloop tokens list\` shows them.`,
            );
          note.before = tokenView(found, Date.now(), undefined);
          const parts = { producer: connections.producer, now: Date.now };
          const ended = found.endedAt === null ? await endToken(parts, found, userInfo().username) : found;
          note.after = tokenView(ended, Date.now(), undefined);
        }),
      );
      print(json ? JSON.stringify({ revoked: id }) : `${id} is revoked.`);
    });
}

function renderTokens(tokens: readonly TokenView[]): string {
  if (tokens.length === 0) return 'There are no tokens. `tokens create` makes one.';
  return renderTable(
    ['id', 'name', 'role', 'models', 'state', 'expires', 'last used'],
    tokens.map(({ id, name, role, models, state, expiresAt, lastUsedAt }) => [
      id,
      name,
      role,
      models === null ? 'all' : models.join(', '),
      state,
      expiresAt === null ? 'never' : renderTime(expiresAt),
      lastUsedAt === null ? 'never' : renderTime(lastUsedAt),
    ]),
  );
}

function namesOf(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
