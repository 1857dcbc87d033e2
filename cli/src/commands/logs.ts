import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DriftloopError } from '@driftloop/errors';
import { type Command, Option } from 'commander';
import { LEVELS, type Level } from '../logs/entry.ts';
import { entriesAfter, loggers, newestEntries, type Positions, type ServiceEntry } from '../logs/read.ts';
import { entryJson, renderEntry } from '../logs/render.ts';
import { print } from '../output/print.ts';
import { SERVICE_NAMES } from '../processes/names.ts';
import { type CommonOptions, sinceOf, wholeBetween, withCommonOptions } from './options.ts';

type LogOptions = CommonOptions & {
  readonly follow?: boolean;
  readonly since?: number;
  readonly level: Level;
  readonly lines?: number;
};

const POLL_MS = 250;
const LINES = 100;
/** With --since all that is kept is shown, within reason. */
const MOST_LINES = 100_000;
const OTHERS = ['kafka', 'registry', 'clickhouse', 'supervisor'];

/** `driftloop logs`: what services and parts have logged, for people. */
export function addLogs(program: Command): void {
  withCommonOptions(program.command('logs [services...]'))
    .description('show what services and local parts have logged, in order of time (UTC)')
    .option('--follow', 'go on as more comes, until Ctrl-C')
    .option('--since <time>', '10m, 2h, 1d, or a time', sinceOf)
    .addOption(new Option('--level <level>', 'least severe level').choices(LEVELS).default('info'))
    .option(
      '--lines <count>',
      `most lines, the newest are kept (default: ${LINES}, or all with --since)`,
      wholeBetween(0, MOST_LINES),
    )
    .addHelpText(
      'after',
      `
Without names all of them: ${[...SERVICE_NAMES, ...OTHERS].join(', ')}.
--json prints one object a line with everything that was said, stacks too.

Examples:
  $ npm run driftloop -- logs --level warn --since 1h
  $ npm run driftloop -- logs inference trainer --follow`,
    )
    .action((names: string[], options: LogOptions) => showLogs(names, options));
}

async function showLogs(names: readonly string[], options: LogOptions): Promise<void> {
  const folder = join(options.data, 'logs');
  const there = loggers(folder);
  const unknown = names.filter((name) => ![...SERVICE_NAMES, ...OTHERS, ...there].includes(name));
  if (unknown.length > 0)
    throw new DriftloopError(
      'NOT_FOUND',
      `Nothing called ${unknown.join(', ')} logs here. There are: ${[...SERVICE_NAMES, ...OTHERS].join(', ')}.`,
    );
  if (there.length === 0)
    throw new DriftloopError(
      'NOT_FOUND',
      `There are no logs in ${folder}: \`npm run driftloop -- up\` starts what logs there; with docker compose it is \`docker compose logs\`.`,
    );
  const { since, level, lines = since === undefined ? LINES : MOST_LINES } = options;
  const { entries, positions } = newestEntries(
    folder,
    names.length > 0 ? names : [...new Set([...there, ...OTHERS, ...SERVICE_NAMES])],
    {
      ...(since === undefined ? {} : { since }),
      level,
      limit: lines,
    },
  );
  tell(entries, options);
  if (options.follow) await follow(folder, positions, options);
}

async function follow(folder: string, from: Positions, options: LogOptions): Promise<void> {
  for (let positions = from; ; ) {
    await sleep(POLL_MS);
    const next = entriesAfter(folder, positions, options.level);
    tell(next.entries, options);
    positions = next.positions;
  }
}

function tell(entries: readonly ServiceEntry[], { json }: CommonOptions): void {
  for (const entry of entries) print(json ? entryJson(entry) : renderEntry(entry));
}
