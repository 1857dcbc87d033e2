import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FeatureSpec } from '@driftloop/schemas';
import { renamingProblem } from '../src/index.ts';

const feature = (name: string, categories?: readonly string[]): FeatureSpec => ({
  name,
  kind: 'categorical',
  allowMissing: false,
  ...(categories && { categories }),
});
const spec = (categories?: readonly string[], classNames?: readonly string[], extra: FeatureSpec[] = []) => ({
  features: [feature('day'), feature('job', categories), ...extra],
  ...(classNames && { classNames }),
});

test('names may be given and added, and none may move', () => {
  assert.equal(renamingProblem(spec(), spec(['a', 'b'], ['no', 'yes'])), undefined);
  assert.equal(renamingProblem(spec(['a', 'b']), spec(['a', 'b', 'c'])), undefined);
  assert.equal(
    renamingProblem(spec(['a', 'b']), spec(['b', 'a'])),
    "category 0 of feature 'job' is 'a', and would be 'b'",
  );
  assert.equal(
    renamingProblem(spec(['a', 'b']), spec(['a'])),
    "category 1 of feature 'job' is 'b', and would be none",
  );
  assert.match(renamingProblem(spec(['a']), spec()) ?? '', /would be none/);
});

test('classes keep their names', () => {
  const known = spec([], ['no', 'yes']);
  assert.equal(renamingProblem(known, spec([], ['no', 'yes'])), undefined);
  assert.match(
    renamingProblem(known, spec([], ['yes', 'no'])) ?? '',
    /classes are no, yes, and would be yes, no/,
  );
  assert.match(renamingProblem(known, spec()) ?? '', /would be without names/);
});

test('with other features no version is left that could misread them', () => {
  assert.equal(renamingProblem(spec(['a', 'b']), spec(['b', 'a'], [], [feature('new')])), undefined);
});

test('outputs keep their places', () => {
  const outputs = (...names: string[]) => ({ ...spec(), outputs: names.map((name) => ({ name })) });
  assert.equal(renamingProblem(outputs('a', 'b'), outputs('a', 'b')), undefined);
  assert.match(renamingProblem(outputs('a', 'b'), outputs('b', 'a')) ?? '', /are a, b, and would be b, a/);
  const level = (quantile: number) => ({ ...spec(), outputs: [{ name: 'p', quantile }] });
  assert.match(renamingProblem(level(0.1), level(0.2)) ?? '', /'p' would be of another target or quantile/);
  // No version fits the other number of outputs: the next one is made for it.
  assert.equal(renamingProblem(outputs('a', 'b'), outputs('b', 'a', 'c')), undefined);
});
