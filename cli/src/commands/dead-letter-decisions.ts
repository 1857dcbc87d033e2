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
  turnsOf,
} from '@driftloop/dead-letters';
import { DriftloopError, redactUrls } from '@driftloop/errors';
import type { StoredLetter } from '@driftloop/warehouse';
import type { Command } from 'commander';
import { audited } from '../environment/audited.ts';
import { withConnections } from '../environment/session.ts';
import { editedFields, fieldsOf } from '../letters/fields.ts';
import { renderLetters } from '../letters/render.ts';
import { exitCodeOf } from '../output/exit-codes.ts';
import { print } from '../output/print.ts';
import { type LetterFilters, withLetterFilters } from './letter-filters.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';

type Decision = CommonOptions & LetterFilters & { reason: string; dryRun?: boolean };
type Letters = Awaited<ReturnType<typeof lettersAt>>;

/** `driftloop dead-letters resend`. */
export function addResend(command: Command): void {
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
    .action((ids: string[], options: Decision & { record?: string; edit?: boolean }) => {
      const { record, edit } = options;
      if ((record !== undefined || edit) && ids.length !== 1)
        throw new DriftloopError(
          'REQUEST_INVALID',
          '--record and --edit are for one dead letter: name its id.',
        );
      return decide(ids, options, 'sent again', async (parts, letters) => {
        let fields: Fields | undefined;
        if (record !== undefined) fields = fieldsOf(record);
        const [only] = letters;
        if (edit && only) fields = editedFields(await showLetter(parts, only));
        const { resent, left } = await resendLetters(parts, letters, becauseOf(options), fields);
        return { done: resent, left };
      });
    });
}

/** `driftloop dead-letters discard`. */
export function addDiscard(command: Command): void {
  withDecision(command.command('discard [ids...]'))
    .description('say that nothing is to become of dead letters; their bytes stay')
    .addHelpText(
      'after',
      '\nExample:\n  $ npm run driftloop -- dead-letters discard --code RECORD_NOT_AVRO --since 1d --reason "load test with noise"',
    )
    .action((ids: string[], options: Decision) =>
      decide(ids, options, 'discarded', async (parts, letters) => {
        const { discarded, left } = await discardLetters(parts, letters, becauseOf(options));
        return { done: discarded, left };
      }),
    );
}

function withDecision(command: Command): Command {
  return withLetterFilters(withCommonOptions(command))
    .requiredOption('--reason <text>', 'why; kept in the history')
    .option('--dry-run', 'only show which ones');
}

interface Decided {
  readonly done: readonly Place[];
  readonly left: readonly LeftAlone[];
}

/** Decides about the named letters, or those that the filters let through, some at a time. */
async function decide(
  ids: readonly string[],
  options: Decision,
  did: string,
  work: (parts: DecisionParts, letters: Letters) => Promise<Decided>,
): Promise<void> {
  await withConnections(options.data, async (connections) => {
    const { warehouse } = connections;
    const found = await chosen(warehouse, ids, options);
    if (options.dryRun) return tellDryRun(found, options);
    const done: Place[] = [];
    const left: LeftAlone[] = [];
    const action = `driftloop dead-letters ${did === 'discarded' ? 'discard' : 'resend'}`;
    for (const turn of await turnsOf(warehouse, found)) {
      const letters = await lettersAt(warehouse, turn);
      const decided = await audited(connections, { action, reason: options.reason }, async (note) => {
        const now = await work({ ...connections, now: Date.now }, letters);
        note.after = { [did]: now.done.map(placeText), left: now.left.map(({ place }) => placeText(place)) };
        return now;
      });
      done.push(...decided.done);
      left.push(...decided.left);
    }
    tell(did, { done, left }, options);
  });
}

async function chosen(
  warehouse: DecisionParts['warehouse'],
  ids: readonly string[],
  { model, code, topic, since }: LetterFilters,
): Promise<StoredLetter[]> {
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

function becauseOf({ reason }: Decision) {
  return { reason, actor: userInfo().username };
}

function tellDryRun(found: readonly StoredLetter[], { json }: CommonOptions): void {
  if (json) print(JSON.stringify({ letters: found.map(placeText) }));
  else print(`${renderLetters(found)}\n${found.length} would be decided about; nothing was done.`);
}

function tell(did: string, { done, left }: Decided, { json }: CommonOptions): void {
  if (json) {
    const alone = left.map(({ place, error: { code, message } }) => ({
      id: placeText(place),
      code,
      message,
    }));
    print(JSON.stringify({ done: done.map(placeText), left: alone }));
  } else {
    for (const { error } of left) console.error(`${error.code}: ${redactUrls(error.message)}`);
    const [only] = done;
    print(done.length === 1 && only ? `${placeText(only)} is ${did}.` : `${done.length} are ${did}.`);
  }
  const [first] = left;
  if (first !== undefined) process.exitCode = exitCodeOf(first.error.code);
}
