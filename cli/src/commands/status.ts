import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { DEFAULT_DATA_DIR } from '../environment/settings.ts';
import { EXIT_CODES } from '../output/exit-codes.ts';
import { print } from '../output/print.ts';
import { look } from '../status/look.ts';
import { renderLook } from '../status/render.ts';
import { whatToDo } from '../status/todo.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';

const WATCH_MS = 2_000;
/** Clears the terminal and goes to its first line. */
const CLEAR = '\u001b[2J\u001b[H';

/** `driftloop status`: whether every part works, and what to do; exit code 1 when one does not. */
export function addStatus(program: Command): void {
  withCommonOptions(program.command('status'))
    .description(
      'show whether every part works, how far it is behind, what it answers with, and what to do; the exit code is 1 when one does not work',
    )
    .option('--watch', 'look again every two seconds, until Ctrl-C')
    .addHelpText(
      'after',
      `
behind: records that are not handled yet, and how long ago the oldest of them was written by Kafka's clock.

Example:
  $ npm run driftloop -- status --json`,
    )
    .action(async ({ data, json, watch }: CommonOptions & { watch?: boolean }) => {
      for (;;) {
        const seen = await look(data);
        const todo = whatToDo(seen, commandOf(data));
        const text = json ? JSON.stringify({ ...seen, todo }) : renderLook(seen, todo);
        print(watch && !json ? `${CLEAR}${text}` : text);
        const works = seen.parts.length > 0 && seen.parts.every(({ state }) => state === 'ready');
        process.exitCode = works ? EXIT_CODES.ok : EXIT_CODES.failed;
        if (!watch) return;
        await sleep(WATCH_MS);
      }
    });
}

function commandOf(dataDir: string): (text: string) => string {
  const data = dataDir === DEFAULT_DATA_DIR ? '' : ` --data ${dataDir}`;
  return (text) => `\`npm run driftloop -- ${text}${data}\``;
}
