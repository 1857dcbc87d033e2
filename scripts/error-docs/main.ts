/**
 * Writes the table of codes in docs/errors.md from the table of packages/errors, between the
 * markers `<!-- errors -->` and `<!-- /errors -->`. With --check it writes nothing and fails when
 * the page is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { ERRORS, type ErrorRow } from '@driftloop/errors';

const PAGE = new URL('../../docs/errors.md', import.meta.url);
const BLOCK = /<!-- errors -->[\s\S]*<!-- \/errors -->/;

const RUNS: Readonly<Record<NonNullable<ErrorRow['run']>, string>> = {
  rejected: 'rejected',
  failed: 'failed',
  again: 'started again',
};

function errorsTable(): string {
  const rows = Object.entries(ERRORS).map(([code, { meaning, whatToDo, http, exit, retriable, run }]) => {
    const costs = [http, exit, retriable ? 'yes' : 'no', run === undefined ? '' : RUNS[run]];
    return `| \`${code}\` | ${meaning} | ${whatToDo} | ${costs.join(' | ')} |`;
  });
  return [
    '| code | meaning | what to do | HTTP status | exit code | trying again may help | training run |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

const before = readFileSync(PAGE, 'utf8');
const after = before.replace(BLOCK, () => `<!-- errors -->\n${errorsTable()}\n<!-- /errors -->`);
let problem: string | undefined;
if (!BLOCK.test(before)) problem = 'docs/errors.md has no block between <!-- errors --> and <!-- /errors -->';
else if (before !== after && process.argv.includes('--check'))
  problem = 'docs/errors.md is stale: run `npm run generate`.';
else if (before !== after) writeFileSync(PAGE, after);
if (problem !== undefined) console.error(problem);
process.exitCode = problem === undefined ? 0 : 1;
