import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { validateSpec } from '@driftloop/registry';
import { overrideSpec } from '../src/overrides.ts';

const spec = validateSpec(
  JSON.parse(readFileSync(new URL('../../../examples/elec/spec.json', import.meta.url), 'utf8')),
);

test('replaces values by their path and leaves the given spec alone', () => {
  const changed = overrideSpec(spec, {
    'window.minSamples': 77,
    'drift.expectedWindowsBetweenFalseAlarms': 50,
  });
  assert.equal(changed.window.minSamples, 77);
  assert.equal(changed.drift.expectedWindowsBetweenFalseAlarms, 50);
  assert.notEqual(spec.window.minSamples, 77);
});

test('a path that the spec does not have is refused with those that it has', () => {
  for (const path of [
    'window.minSample',
    'nothing',
    'window',
    '__proto__.polluted',
    'constructor.prototype.x',
  ]) {
    assert.throws(() => overrideSpec(spec, { [path]: 1 }), { name: 'DriftloopError' }, path);
  }
  assert.throws(() => overrideSpec(spec, { 'window.minSample': 1 }), /window\.minSamples/);
});

test('a value that the spec does not allow is refused', () => {
  assert.throws(() => overrideSpec(spec, { 'window.minSamples': 0 }), { code: 'SPEC_INVALID' });
});
