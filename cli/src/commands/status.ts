import { isSameProcess, statusLocal } from '@driftloop/local';
import type { Command } from 'commander';
import { type LocalState, type Restarts, readLocalState } from '../environment/settings.ts';
import { EXIT_CODES } from '../output/exit-codes.ts';
import { print } from '../output/print.ts';
import { renderTable, renderTime } from '../output/table.ts';
import { SERVICE_NAMES } from '../processes/names.ts';
import { isReady } from '../processes/service-process.ts';
import { supervisorLog } from '../supervisor/start-supervisor.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';

/** `driftloop status`: whether every part works; exit code 1 when one does not. */
export function addStatus(program: Command): void {
  withCommonOptions(program.command('status'))
    .description(
      'show whether every part works, and what ended and was started again; the exit code is 1 when one does not work',
    )
    .addHelpText('after', '\nExample:\n  $ npm run driftloop -- status --json')
    .action(async (options: CommonOptions) => {
      const infrastructure: Part[] = [...(await statusLocal(options.data))];
      const recorded = readLocalState(options.data);
      const parts = [...infrastructure, ...(await services(recorded, options.data))].map((part) =>
        withRestarts(part, recorded?.restarts?.[part.name]),
      );
      if (options.json) print(JSON.stringify({ parts }));
      else {
        print(
          renderTable(
            ['part', 'state', 'pid', 'restarts', 'url', 'log'],
            parts.map(({ name, state, pid, restarts, url, log }) => [name, state, pid, restarts, url, log]),
          ),
        );
        for (const part of parts) if (part.reason !== undefined) print(lastEnd(part));
        if (parts.every(({ state }) => state === 'stopped'))
          print(`Nothing is up in ${options.data}: npm run driftloop -- up`);
      }
      process.exitCode =
        parts.length > 0 && parts.every(({ state }) => state === 'ready') ? EXIT_CODES.ok : EXIT_CODES.failed;
    });
}

interface Part {
  readonly name: string;
  /**
   * `given up` ended too often in a row, or would end the same way; `stopped` also waits for its
   * next start.
   */
  readonly state: 'ready' | 'running' | 'stopped' | 'given up';
  readonly pid?: number;
  readonly url?: string;
  readonly log?: string;
  /** How often it ended without having been asked to, and was started again. */
  readonly restarts?: number;
  /** When and why it ended last. */
  readonly lastEndAt?: number;
  readonly reason?: string;
}

async function services(state: LocalState | undefined, dataDir: string): Promise<Part[]> {
  if (state === undefined) return [];
  const parts = await Promise.all(
    SERVICE_NAMES.map(async (name): Promise<Part> => {
      const service = state.services.find((other) => other.name === name);
      // One that did not start is a part that does not work.
      if (service === undefined || !isSameProcess(service)) return { name, state: 'stopped' };
      const { pid, url, log } = service;
      return { name, pid, url, log, state: (await isReady(url)) ? 'ready' : 'running' };
    }),
  );
  const { supervisor } = state;
  if (supervisor === undefined) return parts;
  const log = supervisorLog(dataDir);
  const own: Part = isSameProcess(supervisor)
    ? { name: 'supervisor', state: 'ready', pid: supervisor.pid, log }
    : { name: 'supervisor', state: 'stopped', log };
  return [...parts, own];
}

function withRestarts(part: Part, restarts: Restarts | undefined): Part {
  if (restarts === undefined) return part;
  const { count, lastEndAt, reason, givenUp } = restarts;
  const state = givenUp && part.state === 'stopped' ? 'given up' : part.state;
  return { ...part, state, restarts: count, lastEndAt, reason };
}

function lastEnd({ name, restarts = 0, lastEndAt = 0, reason = '', state }: Part): string {
  const often = restarts === 1 ? 'once' : `${restarts} times`;
  const then = state === 'given up' ? 'and is not started again' : `started again ${often}`;
  return `${name}: ${reason} (${renderTime(lastEndAt)}; ${then})`;
}
