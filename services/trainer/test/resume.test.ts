import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import { discardCheckpoints } from '../src/run/checkpoints.ts';
import type { TrainingJob, TrainingOutcome, TrainingReport } from '../src/run/job.ts';
import { createTrainingProcesses } from '../src/run/spawn.ts';
import { jobOf, rowsOf } from './fixtures/job.ts';

const root = mkdtempSync(join(tmpdir(), 'trainer-resume-'));
after(() => rmSync(root, { recursive: true }));

const random = createRandom(Date.now() % 2 ** 31);
const job = (checkpoints?: string): TrainingJob => jobOf(rowsOf(3000, 4), { checkpoints });

const processes = createTrainingProcesses({ nice: 10, engine: job().engine });
after(() => processes.close());

async function complete(folder?: string) {
  const reports: TrainingReport[] = [];
  const outcome = await processes.run(job(folder), {
    signal: new AbortController().signal,
    onProgress: (report) => reports.push(report),
  });
  return { outcome, reports };
}

/**
 * Kills the training process, by SIGKILL, once it has reported `reports` times and a random moment
 * has passed.
 */
async function killAfter(folder: string, reports: number): Promise<TrainingOutcome | undefined> {
  const killer = new AbortController();
  let seen = 0;
  try {
    return await processes.run(job(folder), {
      signal: killer.signal,
      onProgress: () => {
        if (seen++ === reports) setTimeout(() => killer.abort(), 20 * random.uniform());
      },
    });
  } catch (error) {
    assert.match(String(error), /was aborted/);
    return undefined;
  }
}

function fits(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.fit'))
    .map((name) => join(folder, name));
}

const bytes = (outcome: TrainingOutcome) => Buffer.from(outcome.model).toString('base64');

test('killed again and again the run goes on from its finished fits and ends with the same model', async () => {
  const undisturbed = await complete();
  const again = await complete();
  assert.equal(bytes(again.outcome), bytes(undisturbed.outcome), 'the same job must give the same bytes');
  assert.deepEqual(again.outcome.memory, undisturbed.outcome.memory);

  const folder = join(root, 'killed');
  const all = undisturbed.reports.length;
  for (const share of [0.02, 0.3, 0.45, 0.2, 0.3]) {
    await killAfter(folder, Math.floor(all * share));
    if (!existsSync(folder)) continue;
    for (const file of fits(folder)) {
      const content = readFileSync(file);
      const digest = createHash('sha256').update(content.subarray(32)).digest();
      assert.ok(digest.equals(content.subarray(0, 32)), `${file} is not whole`);
    }
  }
  const kept = fits(folder).length;
  assert.ok(kept >= 1, 'no fit was kept');
  const last = await complete(folder);
  assert.ok(last.reports.length < all, `${last.reports.length} reports of ${all}: nothing was spared`);
  assert.equal(bytes(last.outcome), bytes(undisturbed.outcome));
  assert.equal(last.outcome.accepted, undisturbed.outcome.accepted);

  // A file that was damaged is fitted again, and another job does not take it.
  const [first = ''] = fits(folder);
  writeFileSync(first, readFileSync(first).subarray(0, 1000));
  assert.equal(bytes((await complete(folder)).outcome), bytes(undisturbed.outcome));

  await discardCheckpoints(job(folder), last.outcome.engine);
  assert.deepEqual(fits(folder), []);
});

test('a folder that cannot be written to costs the fits, not the run', async () => {
  const folder = join(root, 'a file');
  writeFileSync(folder, 'in the way');
  const warnings: string[] = [];
  const outcome = await processes.run(job(folder), {
    signal: new AbortController().signal,
    onProgress: () => {},
    onWarning: (message) => warnings.push(message),
  });
  assert.equal(bytes(outcome), bytes((await complete()).outcome));
  assert.match(warnings[0] ?? '', /a file.*(ENOTDIR|EEXIST).*TRAINER_CHECKPOINTS/s);
  await discardCheckpoints(job(folder), outcome.engine);
});
