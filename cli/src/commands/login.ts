import { ROLES } from '@driftloop/access';
import { DriftloopError } from '@driftloop/errors';
import type { AccessRole } from '@driftloop/schemas';
import { type Command, Option } from 'commander';
import { audited } from '../environment/audited.ts';
import { loginLink } from '../environment/login-link.ts';
import { withConnections } from '../environment/session.ts';
import { readLocalState } from '../environment/settings.ts';
import { print } from '../output/print.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';

/** `driftloop login`: a link by which a browser logs in. */
export function addLogin(program: Command): void {
  withCommonOptions(program.command('login'))
    .description('print a link by which a browser logs in to the console, once, within ten minutes')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).default('admin'))
    .option('--url <address>', 'the gateway as the browser reaches it (default: the one of `up`)')
    .addHelpText('after', '\nExample:\n  $ npm run driftloop -- login --role viewer')
    .action(async ({ data, json, role, url }: LoginOptions) => {
      const api = url ?? apiOf(data);
      const link = await withConnections(data, (connections) =>
        audited(connections, { action: 'driftloop login' }, (note) => {
          note.after = { role };
          return loginLink(connections.producer, api, role);
        }),
      );
      print(json ? JSON.stringify({ link }) : link);
    });
}

type LoginOptions = CommonOptions & { readonly role: AccessRole; readonly url?: string };

function apiOf(dataDir: string): string {
  const port = readLocalState(dataDir)?.environment.GATEWAY_PORT;
  if (port !== undefined) return `http://127.0.0.1:${port}`;
  throw new DriftloopError(
    'REQUEST_INVALID',
    `Nothing is up in ${dataDir}: give --url, the gateway's address.`,
  );
}
