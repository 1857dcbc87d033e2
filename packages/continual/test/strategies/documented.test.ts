import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CHOICE, STRATEGIES } from '../../src/index.ts';

const PAGE = readFileSync(new URL('../../../../docs/strategies.md', import.meta.url), 'utf8');
/** Cells of the first table's rows, by the strategy that they are about. */
const ROWS = new Map(
  (PAGE.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, name, ...cells]) => [name, cells] as const),
);

test('the page has every strategy, with the source that the code names', () => {
  for (const { name, source, settings } of STRATEGIES) {
    const [, said = '', from = ''] = ROWS.get(name) ?? assert.fail(`docs/strategies.md has no ${name}`);
    assert.equal(
      from.replace(/^Exp3\.S: /, ''),
      source === undefined ? '' : `[${source.paper}](${source.page})`,
      name,
    );
    if (/^`/.test(said))
      for (const [, setting] of said.matchAll(/`(\w+)`/g))
        assert.ok(setting! in settings, `${name}: ${setting}`);
  }
});

test('a summary is a sentence, and the choice of the trainer is told beside strategies', () => {
  for (const { name, summary } of [...STRATEGIES, CHOICE]) assert.match(summary, /^[A-Z].*\.$/, name);
  assert.ok(STRATEGIES.every(({ name }) => name !== CHOICE.name));
  assert.ok(CHOICE.among.every((name) => STRATEGIES.some((strategy) => strategy.name === name)));
});
