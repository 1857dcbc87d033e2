import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { FACTORIES } from '@driftloop/continual';
import { createOrtEngine } from '@driftloop/engine-ort';
import { validateSpec } from '@driftloop/registry';
import type { LabelledRows } from '@driftloop/spec';
import { makeFirstVersion } from '../src/register/first-version.ts';

const engine = createOrtEngine();
const elec = JSON.parse(readFileSync(new URL('../../examples/elec/spec.json', import.meta.url), 'utf8'));
// A limit that a slow clock passes within the first steps.
const spec = validateSpec({ ...elec, retrain: { ...elec.retrain, maxSeconds: 1 } });

function rowsOf(rows: number): LabelledRows {
  const width = spec.features.length;
  const features = Float32Array.from({ length: rows * width }, (_, i) => Math.sin(i * i));
  return {
    rows,
    width,
    features,
    labels: Float32Array.from({ length: rows }, (_, row) =>
      Number(features[width * row]! > features[width * row + 1]!),
    ),
    weights: new Float32Array(rows).fill(1),
    eventTimes: Float64Array.from({ length: rows }, (_, row) => 1000 * row),
  };
}

/** A clock on which every look costs so many milliseconds. */
const clockOf = (stepMs: number) => {
  let nowMs = 0;
  return () => {
    nowMs += stepMs;
    return nowMs;
  };
};

const sha256 = (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex');

for (const factory of FACTORIES) {
  test(`${factory}: spec, rows and seed decide every byte of a first version, the clock none`, async () => {
    const made = async (stepMs: number, seed: number) => {
      const version = await makeFirstVersion(engine, {
        spec,
        factory,
        data: rowsOf(600),
        seed,
        now: clockOf(stepMs),
      });
      return {
        model: sha256(version.onnx),
        memory: sha256(version.memory),
        profile: sha256(JSON.stringify(version.profile)),
        metrics: JSON.stringify(version.metrics),
      };
    };
    const quick = await made(0.01, 1);
    assert.deepEqual(await made(60_000, 1), quick);
    assert.notEqual((await made(0.01, 2)).model, quick.model);
  });
}

test('no factory makes a model of free text, which is said with what to do', async () => {
  const review = { name: 'review', kind: 'text' as const, allowMissing: false };
  const texts = { ...spec, features: [...spec.features.slice(1), review] };
  await assert.rejects(makeFirstVersion(engine, { spec: texts, factory: 'mlp', data: rowsOf(60), seed: 1 }), {
    code: 'SPEC_INVALID',
    message: /^Column 'review' .* is free text.*--onnx/,
  });
});
