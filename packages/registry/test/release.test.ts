import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelState, VersionState, VersionStatus } from '../src/model-state.ts';
import { planRelease, type ReleaseStep, versionOnTrial } from '../src/release.ts';
import { specOf } from './fixtures/spec.ts';

const STEPS: readonly ReleaseStep[] = ['shadow', 'canary', 'live'];
const version = (status: VersionStatus, number = 5) => ({ version: number, status }) as VersionState;
const specWith = (canaryShare: number) => {
  const spec = specOf('m');
  return { ...spec, rollout: { ...spec.rollout, canaryShare } };
};
const planned = (status: VersionStatus, to?: ReleaseStep, canaryShare = 0.1, live = 1, number = 5) => {
  try {
    return planRelease(version(status, number), { live }, specWith(canaryShare), to);
  } catch (error) {
    return (error as Error).message;
  }
};

test('a version goes one step on where none is named', () => {
  assert.deepEqual(
    (['registered', 'candidate', 'shadow', 'canary'] as const).map((status) => planned(status)),
    ['canary', 'canary', 'canary', 'live'],
  );
  assert.deepEqual(
    (['registered', 'candidate', 'shadow'] as const).map((status) => planned(status, undefined, 0)),
    ['live', 'live', 'live'],
  );
});

test('it is brought where it is asked for, but not back, and not from where it has ended', () => {
  assert.deepEqual(
    STEPS.map((to) => planned('registered', to)),
    STEPS,
  );
  assert.equal(planned('shadow', 'live'), 'live');
  assert.equal(
    planned('canary', 'shadow'),
    "Version 5 of model 'm' is canary, and cannot be brought to shadow.",
  );
  for (const to of STEPS) {
    assert.match(planned('rejected', to), /is rejected, and cannot be brought to/);
    assert.match(planned('retired', to), /was live before \(it is retired\): bring it back by a rollback/);
    assert.match(planned('rolledBack', to), /bring it back by a rollback/);
  }
});

test('a canary needs a share, and a trial a version that is newer than the live one', () => {
  assert.match(planned('shadow', 'canary', 0), /set rollout\.canaryShare of the spec/);
  assert.match(planned('candidate', 'shadow', 0, 7), /is older than the live version 7/);
  assert.equal(planned('candidate', 'live', 0, 7), 'live');
});

test('the version on trial is the one in shadow, or else the canary', () => {
  const versions = new Map([2, 3, 4].map((number) => [number, version('shadow', number)]));
  const state = (shadow: number | null, canary: number | null) =>
    ({ model: 'm', shadow, canary, versions }) as unknown as ModelState;
  assert.equal(versionOnTrial(state(3, 2)).version, 3);
  assert.equal(versionOnTrial(state(null, 2)).version, 2);
  assert.equal(versionOnTrial(state(3, 2), 4).version, 4);
  assert.throws(() => versionOnTrial(state(null, null)), {
    code: 'VERSION_UNKNOWN',
    message: /no version on trial/,
  });
  assert.throws(() => versionOnTrial(state(3, 2), 9), {
    code: 'VERSION_UNKNOWN',
    message: /no version 9, only 2, 3, 4/,
  });
});
