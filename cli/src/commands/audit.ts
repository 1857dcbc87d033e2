import { type AuditFilter, auditLog, type StoredAudit } from '@driftloop/warehouse';
import { type Command, Option } from 'commander';
import { withConnections } from '../environment/session.ts';
import { print } from '../output/print.ts';
import { renderTable, renderTime } from '../output/table.ts';
import { type CommonOptions, sinceOf, wholeBetween, withCommonOptions } from './options.ts';

/** `driftloop audit`: who changed something, or wanted to. */
export function addAudit(program: Command): void {
  withCommonOptions(program.command('audit'))
    .description('show who changed something, or wanted to: when, what, why, and what came of it')
    .option('--model <name>', 'about this model')
    .option('--actor <name>', 'by this person or token')
    .addOption(new Option('--outcome <outcome>', 'what came of it').choices(['done', 'refused', 'failed']))
    .option('--since <time>', 'from then on: 10m, 2h, 1d, or a time', sinceOf)
    .option('--limit <rows>', 'most rows, the newest are kept', wholeBetween(1, 10_000), 40)
    .addHelpText(
      'after',
      '\nExamples:\n  $ npm run driftloop -- audit --since 1d\n  $ npm run driftloop -- audit --model elec --outcome refused --json',
    )
    .action(async ({ data, json, limit, model, actor, outcome, since }: AuditOptions) => {
      const filter: AuditFilter = {
        ...(model === undefined ? {} : { model }),
        ...(actor === undefined ? {} : { actor }),
        ...(outcome === undefined ? {} : { outcome }),
        ...(since === undefined ? {} : { since }),
      };
      const entries = (
        await withConnections(data, ({ warehouse }) => auditLog(warehouse, filter, limit))
      ).reverse();
      print(json ? JSON.stringify({ entries: entries.map(viewOf) }) : render(entries));
    });
}

type AuditOptions = CommonOptions & {
  readonly model?: string;
  readonly actor?: string;
  readonly outcome?: string;
  readonly since?: number;
  readonly limit: number;
};

function viewOf({ before, after, offset: _, ...entry }: StoredAudit) {
  const parsed = (json: string | null): unknown => (json === null ? null : JSON.parse(json));
  return { ...entry, before: parsed(before), after: parsed(after) };
}

function render(entries: readonly StoredAudit[]): string {
  if (entries.length === 0) return 'Nothing is written down.';
  return renderTable(
    ['when (UTC)', 'who', 'via', 'what', 'about', 'outcome', 'why'],
    entries.map(({ at, actor, via, action, model, version, outcome, code, reason }) => [
      renderTime(at),
      actor === '' ? 'unknown' : actor,
      via,
      action,
      version === null ? model : `${model} ${version}`,
      code === '' ? outcome : `${outcome} (${code})`,
      reason,
    ]),
  );
}
