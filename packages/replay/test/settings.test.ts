import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { validateSpec } from '@driftloop/registry';
import { overrideSpec } from '../src/overrides.ts';
import { settingsOf } from '../src/settings.ts';
import { isFromSketches } from '../src/sketches.ts';

const spec = validateSpec(
  JSON.parse(readFileSync(new URL('../../../examples/elec/spec.json', import.meta.url), 'utf8')),
);

test('each setting that is offered can be given, and is said in words', () => {
  const settings = settingsOf(spec);
  assert.deepEqual(
    overrideSpec(spec, Object.fromEntries(settings.map(({ path, value }) => [path, value]))),
    spec,
  );
  for (const { path, meaning } of settings) {
    assert.ok(isFromSketches(path), path);
    assert.match(meaning, /\w{3}/, path);
  }
});

test('settings are of the kinds that the schema says, with what may be chosen', () => {
  const of = new Map(settingsOf(spec).map((setting) => [setting.path, setting]));
  assert.equal(of.get('drift.expectedWindowsBetweenFalseAlarms')?.kind, 'number');
  assert.equal(of.get('window.minSamples')?.kind, 'whole');
  assert.equal(of.get('retrain.enabled')?.kind, 'flag');
  assert.equal(of.get('rollout.shadowVersions')?.kind, 'versions');
  assert.ok(of.get('drift.detectors')?.choices.includes('ks'));
  assert.ok(of.get('drift.limits')?.choices.includes('accuracy'));
});

test('what rows are sketched by, or only training looks at, is not offered', () => {
  const paths = settingsOf(spec).map(({ path }) => path);
  for (const path of ['window.lengthMs', 'window.allowedAheadMs', 'retrain.strategy', 'retrain.maxSteps'])
    assert.ok(!paths.includes(path), path);
});
