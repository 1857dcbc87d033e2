import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { EngineSettings } from '../src/run/engine.ts';
import type { TrainingOutcome } from '../src/run/job.ts';
import { createTrainingProcesses, type TrainingProcesses } from '../src/run/spawn.ts';
import { jobOf, rowsOf } from './fixtures/job.ts';

const root = mkdtempSync(join(tmpdir(), 'trainer-engines-'));
after(() => rmSync(root, { recursive: true }));

const ORT: EngineSettings = { kind: 'ort', device: 'cpu', threads: 1 };
const TFJS: EngineSettings = { kind: 'tfjs', device: 'cpu', threads: 1 };

async function withProcesses<T>(engine: EngineSettings, work: (processes: TrainingProcesses) => Promise<T>) {
  const processes = createTrainingProcesses({ nice: 10, engine });
  try {
    return await work(processes);
  } finally {
    processes.close();
  }
}

const data = rowsOf(600, 4);
const jobOn = (engine: EngineSettings, checkpoints?: string) =>
  jobOf(data, { engine, checkpoints, maxSteps: 240 });

/** Runs a job; with `killAt`, kills its process after so many reports. */
async function train(processes: TrainingProcesses, engine: EngineSettings, folder?: string, killAt?: number) {
  const killer = new AbortController();
  let reports = 0;
  const outcome = await processes
    .run(jobOn(engine, folder), {
      signal: killer.signal,
      onProgress: () => {
        if (++reports === killAt) killer.abort();
      },
    })
    .catch((error: unknown): TrainingOutcome | undefined => {
      if (!killer.signal.aborted) throw error;
      return undefined;
    });
  return { outcome, reports };
}

test('a job trains on TensorFlow.js as it does on ONNX Runtime, and says what it was trained on', async () => {
  const ort = await withProcesses(ORT, async (processes) => {
    assert.match(await processes.ready(), /^onnxruntime-node \d+\.\d+/);
    return (await train(processes, ORT)).outcome;
  });
  await withProcesses(TFJS, async (processes) => {
    assert.match(await processes.ready(), /^tfjs-(node-gpu|node|wasm) \d+\.\d+/);
    const { outcome } = await train(processes, TFJS);
    assert.equal(outcome?.engine, await processes.ready());
    assert.equal(outcome.accepted, ort?.accepted);
    const [here, there] = [outcome.metrics.trainingLoss, ort?.metrics.trainingLoss];
    assert(here && there && Math.abs(here / there - 1) < 0.02, `loss ${here} on tfjs, ${there} on ort`);
  });
});

test('a run that was interrupted on one engine is not gone on from on the other', async () => {
  const folder = join(root, 'checkpoints');
  const undisturbed = await withProcesses(ORT, (processes) => train(processes, ORT));
  await withProcesses(ORT, (processes) =>
    train(processes, ORT, folder, Math.ceil(undisturbed.reports * 0.6)),
  );
  const kept = fits(folder);
  assert.ok(kept.length >= 1, 'no fit was kept');

  const alone = await withProcesses(TFJS, (processes) => train(processes, TFJS));
  const beside = await withProcesses(TFJS, (processes) => train(processes, TFJS, folder));
  assert.equal(beside.reports, alone.reports, 'it began anew');
  assert.deepEqual(beside.outcome?.model, alone.outcome?.model);
  assert.equal(new Set(fits(folder).map((file) => file.split('/')[0])).size, 2);

  const resumed = await withProcesses(ORT, (processes) => train(processes, ORT, folder));
  assert.ok(resumed.reports < undisturbed.reports, 'nothing was spared');
  assert.deepEqual(resumed.outcome?.model, undisturbed.outcome?.model);
});

function fits(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.fit'));
}

test('an engine that is not there is told at the start, with how to get it', async () => {
  await withProcesses({ ...TFJS, device: 'cuda' }, (processes) =>
    assert.rejects(processes.ready(), {
      code: 'ENGINE_UNAVAILABLE',
      message: /tfjs-node-gpu.*pnpm --filter @driftloop\/engine-tfjs add @tensorflow\/tfjs-node-gpu/,
    }),
  );
  await withProcesses({ ...TFJS, device: 'webgpu' }, (processes) =>
    assert.rejects(processes.ready(), { code: 'CONFIG_INVALID', message: /TRAINER_DEVICE/ }),
  );
});
