import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareHistories } from '../src/checker/compare.ts';
import type { History } from '../src/checker/history.ts';

function history(said: Record<string, readonly string[]>): History {
  const entries = Object.entries(said).map(
    ([about, contents]): [string, { contents: string[]; times: number }] => [
      about,
      { contents: [...new Set(contents)], times: contents.length },
    ],
  );
  return new Map([['window', new Map(entries)]]);
}

test('tells what is lost, unexpected, different and contradicted', () => {
  const reference = history({ a: ['1'], b: ['2'], c: ['3'], d: ['4'] });
  const run = history({ b: ['2'], c: ['5'], d: ['4', '6'], e: ['7'] });
  const { differences } = compareHistories(reference, run);
  assert.deepEqual(
    differences.map(({ how, about }) => `${how} ${about}`),
    ['lost a', 'different c', 'contradicted d', 'unexpected e'],
  );
});

test('what is said again word for word is no difference', () => {
  const { differences, recovered } = compareHistories(history({ a: ['1'] }), history({ a: ['1', '1', '1'] }));
  assert.deepEqual(differences, []);
  assert.equal(recovered, 2);
});
