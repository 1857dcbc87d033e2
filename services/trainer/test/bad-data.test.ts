import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { importModel } from '@driftloop/autodiff';
import { createLinear } from '@driftloop/continual';
import { createOrtEngine } from '@driftloop/engine-ort';
import type { ErrorCode } from '@driftloop/errors';
import { type ModelState, validateSpec } from '@driftloop/registry';
import type { LabelledRows } from '@driftloop/spec';
import { readEarlierVersions } from '../src/inputs/read-earlier-versions.ts';
import { executeJob } from '../src/run/execute.ts';
import type { TrainingJob } from '../src/run/job.ts';
import { jobOf, rowsOf, specOf } from './fixtures/job.ts';

/** What scikit-learn made; it has no answer to a missing value. */
const SKLEARN = new URL(
  '../../../packages/autodiff/test/imported/models/sklearn-logistic-binary.onnx',
  import.meta.url,
);

function changed(change: (data: LabelledRows) => void): LabelledRows {
  const data = rowsOf(600, 4);
  change(data);
  return data;
}

const run = (job: TrainingJob) =>
  executeJob(createOrtEngine(), job, {
    now: () => performance.now(),
    freshRows: async () => undefined,
    onProgress: () => {},
    onWarning: () => {},
  });

/** Six features, as the imported model takes. */
function six(allowMissing: boolean, data: LabelledRows): Partial<TrainingJob> & { data: LabelledRows } {
  const features = Float32Array.from(
    { length: 6 * data.rows },
    (_, i) => data.features[4 * Math.floor(i / 6) + ((i % 6) % 4)]!,
  );
  const spec = specOf();
  return {
    model: importModel(readFileSync(SKLEARN), { classifier: true }).model,
    spec: { ...spec, features: [...'abcdef'].map((name) => ({ name, kind: 'numeric', allowMissing })) },
    data: { ...data, width: 6, features },
  };
}

const cases: readonly (readonly [what: string, job: () => TrainingJob, code: ErrorCode, reason: RegExp])[] = [
  ['no labelled rows', () => jobOf(rowsOf(0, 4)), 'DATA_INVALID', /no labelled rows/],
  [
    'one class only',
    () => jobOf(changed(({ labels }) => labels.fill(1))),
    'DATA_INVALID',
    /all 600 labels are of class 1/,
  ],
  [
    'one class only but for the newest rows, which are kept from training',
    () => jobOf(changed(({ labels }) => labels.fill(1).fill(0, 590))),
    'DATA_INVALID',
    /all 540 labels are of class 1/,
  ],
  [
    'a feature that is NaN',
    () => jobOf(changed(({ features }) => features.fill(Number.NaN, 5, 6))),
    'DATA_INVALID',
    /feature 'b' of row 1 is NaN/,
  ],
  [
    'an infinite feature',
    () => jobOf(changed(({ features }) => features.fill(Number.POSITIVE_INFINITY, 5, 6))),
    'DATA_INVALID',
    /feature 'b' of row 1 is Infinity/,
  ],
  [
    'NaN where it is allowed, and a model that cannot handle it',
    () =>
      jobOf(
        rowsOf(0, 4),
        six(
          true,
          changed(({ features }) => features.fill(Number.NaN, 4, 6)),
        ),
      ),
    'TRAINING_FAILED',
    /loss is NaN at step \d+/,
  ],
  [
    'the same in the newest rows only, which candidates are judged on',
    () =>
      jobOf(
        rowsOf(0, 4),
        six(
          true,
          changed(({ features }) => features.fill(Number.NaN, 2380, 2382)),
        ),
      ),
    'TRAINING_FAILED',
    /answers NaN to the features NaN, NaN/,
  ],
  [
    'a label outside the classes',
    () => jobOf(changed(({ labels }) => labels.fill(7, 5, 6))),
    'DATA_INVALID',
    /the label of row 5 is 7: it must be a class index from 0 to 1/,
  ],
  [
    'a label between the classes',
    () => jobOf(changed(({ labels }) => labels.fill(0.5, 5, 6))),
    'DATA_INVALID',
    /the label of row 5 is 0.5/,
  ],
  [
    'rows of another length',
    () => jobOf({ ...rowsOf(600, 4), width: 3, features: new Float32Array(1800) }),
    'DATA_INVALID',
    /rows have 3 features .* the model has 4/,
  ],
  [
    'a model of another length than its spec',
    () => jobOf(rowsOf(600, 4), { model: six(false, rowsOf(1, 1)).model ?? assert.fail() }),
    'FEATURES_WRONG_LENGTH',
    /got 4 values per row/,
  ],
  ['a diverging loss', diverging, 'TRAINING_FAILED', /training loss is (Infinity|NaN) at step \d+/],
];

for (const [what, job, code, message] of cases) {
  test(`${what} ends the run with ${code}`, () => assert.rejects(run(job()), { code, message }));
}

/** Squares of such labels are beyond float32. */
function diverging(): TrainingJob {
  const data = changed(({ labels }) => labels.set(labels.map((label) => label * 1e30)));
  return jobOf(data, {
    spec: validateSpec({ ...specOf(), task: 'regression', classes: 0 }),
    model: createLinear({ inputs: 4, task: 'regression', classes: 0, seed: 1 }),
  });
}

test('an earlier version of another shape is not looked back at', async () => {
  const shape = (width: number, outputs: number) => ({
    task: 'binary' as const,
    input: { name: 'x', shape: ['rows', width] },
    output: { name: 'y', shape: ['rows', outputs] },
  });
  const manifests = [shape(4, 2), shape(5, 2), shape(4, 1)];
  const versions = manifests.map(
    (_, index) => [index + 1, { version: index + 1, status: 'retired' }] as const,
  );
  const state = { model: 'm', versions: new Map(versions) } as unknown as ModelState;
  const artifact = async (_: string, version: number) => ({
    manifest: { ...manifests[version - 1]!, format: 1 as const, model: 'm', version, files: {} },
    has: () => true,
    file: async () => Uint8Array.of(version),
  });
  const earlier = await readEarlierVersions(state, shape(4, 2), {
    artifact: artifact as unknown as Parameters<typeof readEarlierVersions>[2]['artifact'],
  });
  assert.deepEqual(
    earlier.map(({ version }) => version),
    [1],
  );
});
