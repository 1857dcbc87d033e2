import { placeOf, placeText, showLetter } from '@driftloop/dead-letters';
import { letters } from '@driftloop/warehouse';
import { type Command, Option } from 'commander';
import { withConnections } from '../environment/session.ts';
import { renderLetter, renderLetters } from '../letters/render.ts';
import { print } from '../output/print.ts';
import { addDiscard, addResend } from './dead-letter-decisions.ts';
import { type LetterFilters, withLetterFilters } from './letter-filters.ts';
import { type CommonOptions, wholeBetween, withCommonOptions } from './options.ts';

/** `driftloop dead-letters`: what could not be handled, and what is to become of it. */
export function addDeadLetters(program: Command): void {
  const command = program
    .command('dead-letters')
    .description('show what could not be handled, send it again after mending, or discard it');
  addList(command);
  addShow(command);
  addResend(command);
  addDiscard(command);
}

function addList(command: Command): void {
  withLetterFilters(withCommonOptions(command.command('list')))
    .description('list dead letters, newest last')
    .addOption(
      new Option('--state <state>', 'what became of them')
        .choices(['open', 'resending', 'resent', 'discarded', 'all'])
        .default('open'),
    )
    .option('--limit <rows>', 'most rows, the newest are kept', wholeBetween(1, 10_000), 40)
    .addHelpText(
      'after',
      '\nExamples:\n  $ npm run driftloop -- dead-letters list --since 1h\n  $ npm run driftloop -- dead-letters list --model elec --code MODEL_UNKNOWN --state all --json',
    )
    .action(async ({ data, json, state, limit, ...filters }: CommonOptions & LetterFilters & ListOptions) => {
      const filter = { ...filters, ...(state === 'all' ? {} : { state }) };
      const found = await withConnections(data, ({ warehouse }) => letters(warehouse, filter, limit + 1));
      const shown = found.slice(0, limit).reverse();
      if (json)
        print(JSON.stringify({ letters: shown.map((letter) => ({ id: placeText(letter), ...letter })) }));
      else {
        print(renderLetters(shown));
        if (found.length > limit) print(`The newest ${limit}. --limit and the filters show others.`);
      }
    });
}

interface ListOptions {
  readonly state: string;
  readonly limit: number;
}

function addShow(command: Command): void {
  withCommonOptions(command.command('show <id>'))
    .description('show a dead letter: its record, what was wrong, what to do, what became of it')
    .addHelpText('after', '\nExample:\n  $ npm run driftloop -- dead-letters show inference.requests/0/1234')
    .action(async (id: string, { data, json }: CommonOptions) => {
      const place = placeOf(id);
      const shown = await withConnections(data, (connections) => showLetter(connections, place));
      print(renderLetter(shown, json ?? false));
    });
}
