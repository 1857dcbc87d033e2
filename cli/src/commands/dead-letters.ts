import { userInfo } from 'node:os';
import {
  type DecisionParts,
  discardLetters,
  type Fields,
  type LeftAlone,
  lettersAt,
  openLetters,
  type Place,
  placeOf,
  placeText,
  resendLetters,
  showLetter,
} from '@driftloop/dead-letters';
import { DriftloopError, redactUrls } from '@driftloop/errors';
import { type LetterFilter, letters } from '@driftloop/warehouse';
import { type Command, Option } from 'commander';
import { withConnections } from '../environment/session.ts';
import { editedFields, fieldsOf } from '../letters/fields.ts';
import { renderLetter, renderLetters } from '../letters/render.ts';
import { exitCodeOf } from '../output/exit-codes.ts';
import { print } from '../output/print.ts';
import { type CommonOptions, numberBetween, sinceOf, withCommonOptions } from './options.ts';

type Filters = Pick<LetterFilter, 'topic' | 'model' | 'code' | 'since'>;
type Decision = CommonOptions & Filters & { reason: string; dryRun?: boolean };

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
  withFilters(withCommonOptions(command.command('list')))
    .description('list dead letters, newest last')
    .addOption(
      new Option('--state <state>', 'what became of them')
        .choices(['open', 'resending', 'resent', 'discarded', 'all'])
        .default('open'),
    )
    .option('--limit <rows>', 'most rows, the newest are kept', numberBetween(1, 10_000), 40)
    .addHelpText(
      'after',
      '\nExamples:\n  $ npm run driftloop -- dead-letters list --since 1h\n  $ npm run driftloop -- dead-letters list --model elec --code MODEL_UNKNOWN --state all --json',
    )
    .action(async ({ data, json, state, limit, ...filters }: CommonOptions & Filters & ListOptions) => {
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

function addResend(command: Command): void {
  withDecision(command.command('resend [ids...]'))
    .description('put records back on their topics, each once in effect, after the cause is mended')
    .option('--record <file>', 'JSON with the fields to be changed, of one letter; its id stays')
    .option('--edit', 'open the record in $EDITOR first, of one letter')
    .addHelpText(
      'after',
      `
Requests, labels and retrain commands can be sent again. The record keeps its partition, key and id; a new offset is its own.
Without ids, all open letters that the filters let through.

Examples:
  $ npm run driftloop -- dead-letters resend inference.requests/0/1234 --reason "elec is registered now"
  $ npm run driftloop -- dead-letters resend --code MODEL_UNKNOWN --model elec --reason "elec is registered now"
  $ npm run driftloop -- dead-letters resend inference.requests/0/1234 --record mended.json --reason "comma in the price"`,
    )
    .action(async (ids: string[], options: Decision & { record?: string; edit?: boolean }) => {
      const isMended = options.record !== undefined || options.edit === true;
      if (isMended && ids.length !== 1)
        throw new DriftloopError(
          'REQUEST_INVALID',
          '--record and --edit are for one dead letter: name its id.',
        );
      await withConnections(options.data, async (connections) => {
        const found = await chosen(connections.warehouse, ids, options);
        if (options.dryRun) return tellDryRun(found, options);
        let fields: Fields | undefined;
        if (options.record !== undefined) fields = fieldsOf(options.record);
        const [only] = found;
        if (options.edit && only) fields = editedFields(await showLetter(connections, only));
        const { resent, left } = await resendLetters(partsOf(connections), found, becauseOf(options), fields);
        tell('sent again', 'resent', resent, left, options);
      });
    });
}

function addDiscard(command: Command): void {
  withDecision(command.command('discard [ids...]'))
    .description('say that nothing is to become of dead letters; their bytes stay')
    .addHelpText(
      'after',
      '\nExample:\n  $ npm run driftloop -- dead-letters discard --code RECORD_NOT_AVRO --since 1d --reason "load test with noise"',
    )
    .action(async (ids: string[], options: Decision) => {
      await withConnections(options.data, async (connections) => {
        const found = await chosen(connections.warehouse, ids, options);
        if (options.dryRun) return tellDryRun(found, options);
        const { discarded, left } = await discardLetters(partsOf(connections), found, becauseOf(options));
        tell('discarded', 'discarded', discarded, left, options);
      });
    });
}

function withFilters(command: Command): Command {
  return command
    .option('--model <name>', 'of this model')
    .option('--code <code>', 'with this error code')
    .option('--topic <topic>', 'of this topic, without prefix')
    .option('--since <time>', 'given up from then on: 10m, 2h, 1d, or a time', sinceOf);
}

function withDecision(command: Command): Command {
  return withFilters(withCommonOptions(command))
    .requiredOption('--reason <text>', 'why; kept in the history')
    .option('--dry-run', 'only show which ones');
}

type Letters = Awaited<ReturnType<typeof openLetters>>;

/** The named letters, or the open ones that the filters let through. */
async function chosen(
  warehouse: DecisionParts['warehouse'],
  ids: readonly string[],
  { model, code, topic, since }: Filters,
): Promise<Letters> {
  const filter = {
    ...(model === undefined ? {} : { model }),
    ...(code === undefined ? {} : { code }),
    ...(topic === undefined ? {} : { topic }),
    ...(since === undefined ? {} : { since }),
  };
  const isFiltered = Object.keys(filter).length > 0;
  if (ids.length > 0 === isFiltered)
    throw new DriftloopError(
      'REQUEST_INVALID',
      'Name dead letters by their ids, or say which by --model, --code, --topic or --since.',
    );
  return isFiltered ? openLetters(warehouse, filter) : lettersAt(warehouse, ids.map(placeOf));
}

function partsOf(connections: Omit<DecisionParts, 'now'>): DecisionParts {
  return { ...connections, now: Date.now };
}

function becauseOf({ reason }: Decision) {
  return { reason, actor: userInfo().username };
}

function tellDryRun(found: Letters, { json }: CommonOptions): void {
  if (json) print(JSON.stringify({ letters: found.map(placeText) }));
  else print(`${renderLetters(found)}\n${found.length} would be decided about; nothing was done.`);
}

function tell(
  done: string,
  name: string,
  places: readonly Place[],
  left: readonly LeftAlone[],
  { json }: CommonOptions,
): void {
  if (json) {
    const alone = left.map(({ place, error: { code, message } }) => ({
      id: placeText(place),
      code,
      message,
    }));
    print(JSON.stringify({ [name]: places.map(placeText), left: alone }));
  } else {
    for (const { error } of left) console.error(`${error.code}: ${redactUrls(error.message)}`);
    const [only] = places;
    print(places.length === 1 && only ? `${placeText(only)} is ${done}.` : `${places.length} are ${done}.`);
  }
  const [first] = left;
  if (first !== undefined) process.exitCode = exitCodeOf(first.error.code);
}
