import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelSpec } from '@driftloop/schemas';
import { fitProblem, isAlike, isSameSpec, type VersionInterface } from '../src/index.ts';

const specOf = (task: ModelSpec['task'], classes: number, features: number) => ({
  task,
  classes,
  features: Array.from({ length: features }, (_, i) => ({
    name: `f${i}`,
    kind: 'numeric' as const,
    allowMissing: false,
  })),
});
const versionOf = (
  task: ModelSpec['task'],
  input: readonly (number | string)[],
  output: readonly (number | string)[],
): VersionInterface => ({ task, input: { shape: input }, output: { shape: output } });

test("a version fits when its task and its widths are the spec's, as far as its file says them", () => {
  const binary = specOf('binary', 2, 3);
  for (const version of [
    versionOf('binary', ['rows', 3], ['rows', 2]),
    versionOf('binary', ['rows', 3], ['rows', 1]),
    versionOf('binary', ['rows', 'features'], ['rows', 'classes']),
    versionOf('binary', [], ['rows']),
  ])
    assert.equal(fitProblem(version, binary), undefined);
  assert.match(fitProblem(versionOf('binary', ['rows', 4], ['rows', 2]), binary) ?? '', /4 features/);
  assert.match(fitProblem(versionOf('multiclass', ['rows', 3], ['rows', 2]), binary) ?? '', /multiclass/);
  assert.match(fitProblem(versionOf('binary', ['rows', 3], ['rows', 5]), binary) ?? '', /answers 5 numbers/);
  const regression = specOf('regression', 0, 3);
  assert.equal(fitProblem(versionOf('regression', ['rows', 3], ['rows', 1]), regression), undefined);
  assert.match(
    fitProblem(versionOf('regression', ['rows', 3], ['rows', 2]), regression) ?? '',
    /answers 2 numbers/,
  );
});

test('versions are alike when they take and answer the same', () => {
  const one = versionOf('binary', ['rows', 3], ['rows', 2]);
  assert.ok(isAlike(one, versionOf('binary', ['batch', 3], ['batch', 2])));
  for (const other of [
    versionOf('multiclass', ['rows', 3], ['rows', 2]),
    versionOf('binary', ['rows', 4], ['rows', 2]),
    versionOf('binary', ['rows', 3], ['rows', 1]),
    { ...one, texts: { shape: ['rows', 1] } },
  ])
    assert.ok(!isAlike(one, other));
});

test('the last dimension is the width, however many come before it', () => {
  const images = versionOf('binary', ['rows', 1, 28, 3], ['rows', 1, 2]);
  assert.equal(fitProblem(images, specOf('binary', 2, 3)), undefined);
  assert.match(fitProblem(images, specOf('binary', 2, 28)) ?? '', /takes 3 features/);
  assert.match(
    fitProblem(versionOf('binary', ['rows', 3], ['rows', 1, 7]), specOf('binary', 2, 3)) ?? '',
    /answers 7 numbers per row, its spec asks for 2 or 1$/,
  );
  assert.ok(!isAlike(images, versionOf('binary', ['rows', 1, 28, 4], ['rows', 1, 2])));
  assert.ok(!isAlike(images, versionOf('binary', ['rows', 1, 28, 3], ['rows', 1, 3])));
});

test('one dimension is that of the rows, whatever it says', () => {
  assert.equal(fitProblem(versionOf('binary', [8], [8]), specOf('binary', 2, 3)), undefined);
});

test('specs are the same whenever they were published', () => {
  const spec = {
    ...specOf('binary', 2, 3),
    model: 'm',
    window: { lengthMs: 60_000, graceMs: 0, allowedAheadMs: 0 },
    updatedAt: 1,
  } as unknown as ModelSpec;
  assert.ok(isSameSpec(spec, { ...spec, updatedAt: 2 }));
  assert.ok(!isSameSpec(spec, { ...spec, model: 'n' }));
  assert.ok(!isSameSpec({ ...spec, classes: 3 }, spec));
});
