import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { buildReferenceProfile, createChunkSketcher, createReducer, noteOf } from '@driftloop/drift';
import { DriftloopError, type ErrorCode } from '@driftloop/errors';
import { type Registry, validateSpec } from '@driftloop/registry';
import { createModelContexts } from '../src/index.ts';

const elec = readFileSync(new URL('../../../examples/elec/spec.json', import.meta.url), 'utf8');
const spec = validateSpec({
  ...JSON.parse(elec),
  window: { lengthMs: 1_000, allowedLatenessMs: 0, minSamples: 10 },
});
const rows = 200;
const width = spec.features.length;
const data = {
  rows,
  width,
  features: Float32Array.from({ length: rows * width }, (_, i) => Math.sin(i)),
  labels: Float32Array.from({ length: rows }, (_, i) => i % 2),
  weights: new Float32Array(rows).fill(1),
  eventTimes: Float64Array.from({ length: rows }, (_, i) => i),
};
const profile = buildReferenceProfile({ spec, data, outputs: new Float32Array(2 * rows).fill(0.5) });

/** Versions 1 and 2 are known; `broken` says what their profiles end with. */
function registryOf(broken: Map<number, ErrorCode>, known = [1, 2]) {
  const entry = {
    spec,
    state: { live: 2, versions: new Map(known.map((version) => [version, {}])) },
    lived: [
      { version: 1, since: 1_000 },
      { version: 2, since: 2_000 },
    ],
  };
  const calls = { syncs: 0, looks: 0 };
  const registry = {
    models: () => [entry],
    model: (name: string) => (name === spec.model ? entry : undefined),
    async sync() {
      calls.syncs++;
      if (!broken.has(3)) entry.state.versions.set(3, {});
    },
    async catchUp() {
      calls.looks++;
    },
    async profile(_: string, version: number) {
      const code = entry.state.versions.has(version) ? broken.get(version) : 'VERSION_UNKNOWN';
      if (code) throw new DriftloopError(code, 'as it was asked for');
      return JSON.parse(JSON.stringify(profile));
    },
  };
  return { registry: registry as unknown as Registry, calls, entry };
}

function contextOf(registry: Registry, lost: string[] = []) {
  const contexts = createModelContexts(registry, (_, version, { code }) => lost.push(`${version} ${code}`));
  return contexts.of(spec.model) ?? assert.fail('the model is known');
}

for (const code of ['ARTIFACT_MISSING', 'ARTIFACT_CORRUPT', 'DATA_INVALID'] as const) {
  test(`${code} of one version is told and holds up no other`, async () => {
    const lost: string[] = [];
    const context = contextOf(registryOf(new Map([[1, code]])).registry, lost);
    await context.load([1, 2]);
    await context.load([1, 2]);
    assert.deepEqual(lost, [`1 ${code}`], 'told once, not at every batch');
    assert.equal(context.isLost?.(1), true);
    assert.equal(context.liveAt(2_000), 2);
    assert.equal(context.profile(2).layout.id, profile.layout.id);
  });
}

test('a store that is out of reach is an error: it passes, and everyone waits', async () => {
  const context = contextOf(registryOf(new Map([[1, 'ARTIFACTS_UNAVAILABLE']])).registry);
  await assert.rejects(context.load([1]), /as it was asked for/);
});

test('a version that this follower has not heard of yet is caught up with', async () => {
  const { registry, calls } = registryOf(new Map());
  const context = contextOf(registry);
  await context.load([3]);
  assert.equal(calls.syncs, 1);
  assert.equal(context.profile(3).layout.id, profile.layout.id);
});

test('answers of a lost version are rejected, its windows pass without signals, and those of others are tested', async () => {
  const context = contextOf(registryOf(new Map([[1, 'ARTIFACT_MISSING']])).registry);
  await context.load([1, 2]);
  const sketcher = createChunkSketcher('prediction', context, { partition: 0, chunkStart: 0 });
  for (let row = 0; row < 100; row++) sketcher.add(1 + (row % 2), Float32Array.of(0.5, 0.5), 0, row);
  const [sketch] = sketcher.sketches({ chunkEnd: 100, logTime: 1 });
  assert.deepEqual(
    sketch?.windows.map(({ version, n }) => [version, n]),
    [[2, 50]],
  );

  // Rows that were sketched before the version was lost are in the log already.
  const sound = contextOf(registryOf(new Map()).registry);
  await sound.load([1, 2]);
  const before = createChunkSketcher('prediction', sound, { partition: 0, chunkStart: 0 });
  for (let row = 0; row < 100; row++) before.add(1 + (row % 2), Float32Array.of(0.5, 0.5), 0, row);
  for (let row = 0; row < 3; row++) before.add(2, Float32Array.of(0.5, 0.5), 0, 5_000);
  const reducer = createReducer('prediction');
  const state = reducer.initial();
  const versions = new Set<number>();
  const readAll = noteOf('prediction', [{ partition: 0, end: 103, time: 100_000 }], 1);
  for (const record of [...before.sketches({ chunkEnd: 103, logTime: 1 }), readAll])
    for (const { signals } of reducer.apply(state, record, { of: () => context }))
      for (const { version } of signals) versions.add(version);
  assert.deepEqual([...versions], [2]);
});

test('what was live is told by log time, and which versions a batch may need', () => {
  const { registry, entry } = registryOf(new Map());
  const context = contextOf(registry);
  assert.deepEqual([0, 1_000, 1_999, 2_000, 9_000].map(context.liveAt), [1, 1, 1, 2, 2]);
  assert.deepEqual(context.livedFrom(1_500), [1, 2]);
  assert.deepEqual(context.livedFrom(2_500), [2]);
  entry.lived.push({ version: 1, since: 3_000 });
  assert.deepEqual(context.livedFrom(500), [1, 2]);
  assert.equal(context.liveAt(3_000), 1, 'events that come later are seen');
});

test('the registry is asked once for all that came before it was asked, and again for what came after', async () => {
  const { registry, calls } = registryOf(new Map());
  let now = 10_000;
  const clock = { now: () => now, monotonicMs: () => now };
  const contexts = createModelContexts(registry, undefined, clock);
  await Promise.all([contexts.sync(9_000), contexts.sync(10_000), contexts.sync(5)]);
  assert.equal(calls.looks, 1);
  await contexts.sync(10_000);
  assert.equal(calls.looks, 1, 'it is known');
  now = 11_000;
  await contexts.sync(10_001);
  assert.equal(calls.looks, 2);
});

test('a clock that was ahead and is set right has the registry asked again', async () => {
  const { registry, calls } = registryOf(new Map());
  let now = 100_000_000;
  const contexts = createModelContexts(registry, undefined, { now: () => now, monotonicMs: () => now });
  await contexts.sync(10_000);
  now = 20_000;
  await contexts.sync(20_000);
  assert.equal(calls.looks, 2);
});

test('what comes while the registry is being asked is not taken as known', async () => {
  const { registry, calls } = registryOf(new Map());
  const open: (() => void)[] = [];
  const slow = {
    ...registry,
    catchUp: () =>
      new Promise<void>((resolve) => {
        calls.looks++;
        open.push(resolve);
      }),
  };
  let now = 10_000;
  const contexts = createModelContexts(slow, undefined, { now: () => now, monotonicMs: () => now });
  const first = contexts.sync(9_000);
  now = 12_000;
  const second = contexts.sync(11_000);
  assert.equal(calls.looks, 2, 'the look that is under way began before');
  for (const resolve of open) resolve();
  await Promise.all([first, second]);
  await contexts.sync(12_000);
  assert.equal(calls.looks, 2);
});

test('a registry that cannot be reached is an error, and is asked again', async () => {
  const { registry, calls } = registryOf(new Map());
  let isAway = true;
  const flaky = {
    ...registry,
    async catchUp() {
      calls.looks++;
      if (isAway) throw new DriftloopError('KAFKA_UNAVAILABLE', 'away');
    },
  };
  const contexts = createModelContexts(flaky, undefined, { now: () => 10, monotonicMs: () => 10 });
  await assert.rejects(contexts.sync(5), /away/);
  isAway = false;
  await contexts.sync(5);
  assert.equal(calls.looks, 2);
});

test('models that this follower has not heard of yet are met by one look for all of them', async () => {
  const { registry, calls, entry } = registryOf(new Map());
  let isHeardOf = false;
  const late = {
    ...registry,
    model: (name: string) => (isHeardOf && name === spec.model ? entry : undefined),
    async sync() {
      calls.syncs++;
      isHeardOf = true;
    },
  } as unknown as Registry;
  const contexts = createModelContexts(late);
  assert.equal(contexts.of(spec.model), undefined);
  await contexts.meet(['nobody', spec.model, 'nobody', 'somebody']);
  assert.equal(calls.syncs, 1);
  assert.equal(contexts.of(spec.model)?.spec, spec);
  for (const known of [[], [spec.model, spec.model], ['', 'n'.repeat(101)]]) await contexts.meet(known);
  assert.equal(calls.syncs, 1, 'what is known, or can be no name, costs nothing');
  // Whoever was nobody may be registered by now.
  await contexts.meet(['nobody']);
  assert.equal(calls.syncs, 2);
});
