import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Picked } from '@driftloop/studies';
import { runStep } from '../src/run/shell-step.ts';

const root = mkdtempSync(join(tmpdir(), 'steps-'));
after(() => rmSync(root, { recursive: true, force: true }));

let steps = 0;
function stepOf(run: string, given: { values?: Picked['job']['values']; timeoutSeconds?: number } = {}) {
  const { values = {}, timeoutSeconds = 20 } = given;
  const step = { name: 'run', run, timeoutSeconds };
  const job = { id: `run/${steps++}`, sample: 0, values, step, after: [] };
  return { job, state: { id: 'study' } } as unknown as Picked;
}
const signal = new AbortController().signal;

test('without a folder nothing is run, whatever a study says', async () => {
  const made = join(root, 'made');
  await assert.rejects(runStep(stepOf(`touch ${made}`), '', signal), { code: 'REQUEST_INVALID' });
  assert.equal(existsSync(made), false);
  await runStep(stepOf(`touch ${made}`), root, signal);
  assert.equal(existsSync(made), true);
});

test('a value that no environment can hold fails its job, not its worker', async () => {
  for (const x of ['a\u0000b', 'x'.repeat(3_000_000)])
    await assert.rejects(runStep(stepOf('true', { values: { x } }), root, signal), {
      code: 'REQUEST_INVALID',
    });
});

test('a step that leaves somebody behind who holds its messages ends in time', {
  timeout: 20_000,
}, async () => {
  // It leaves the group, so that it cannot be ended with it.
  const step = stepOf('setsid sleep 5 & exit 0', { timeoutSeconds: 0.5 });
  await assert.rejects(runStep(step, root, signal), /took longer than 0.5 s/);
});
