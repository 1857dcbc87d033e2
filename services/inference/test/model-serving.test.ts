import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { initialModelState, type ModelEntry } from '@driftloop/registry';
import { systemClock } from '@driftloop/service';
import { createModelServing, type ModelServing } from '../src/serving/model-serving.ts';
import { createSwapGaps } from '../src/serving/swap-gaps.ts';
import { specOf } from './fixtures/spec.ts';

/** A model with versions 1 to 9, of which some are wanted. */
function entryOf(
  live: number | null,
  given: { canary?: number; shadow?: number; shadows?: number[]; width?: number } = {},
): ModelEntry {
  const versions = new Map(
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((version) => [
      version,
      {
        version,
        status: 'retired' as const,
        artifact: '',
        sha256: '',
        parentVersion: null,
        commandId: null,
        metrics: {},
        reasons: [],
        actor: 'test',
        publishedAt: 0,
        eventTime: 0,
        applied: [],
      },
    ]),
  );
  const rollout = { canaryShare: 0.1, shadowVersions: given.shadows ?? [] };
  return {
    spec: specOf('m', { rollout, width: given.width ?? 2 }),
    state: {
      ...initialModelState('m'),
      live,
      canary: given.canary ?? null,
      shadow: given.shadow ?? null,
      versions,
    },
    lived: [],
  };
}

/** A serving whose loads end when the test says so. */
function setUp(waitMs = 60_000, servesAny = false) {
  const log: string[] = [];
  const broken = new Set<number>();
  const away = new Set<number>();
  const gates = new Map<number, () => void>();
  const held = new Set<number>();
  const serving: ModelServing = createModelServing(entryOf(null), {
    clock: systemClock,
    waitMs,
    servesAny: () => servesAny,
    async load(_entry, version) {
      log.push(`load ${version}`);
      if (held.has(version)) await new Promise<void>((open) => gates.set(version, open));
      if (away.has(version))
        throw new DriftloopError('ARTIFACTS_UNAVAILABLE', 'the store is away', { retriable: true });
      if (broken.has(version)) throw new DriftloopError('ARTIFACT_CORRUPT', `version ${version} is damaged`);
      const session = {
        worker: 0,
        run: () => assert.fail('nothing is run here'),
        async release() {
          log.push(`release ${version}`);
        },
      };
      return { version, width: 2, session };
    },
    onSwapBegin: (_model, from) => log.push(`begin ${from}`),
    onSwapped: (_model, from, to) => log.push(`swap ${from ?? '-'} ${to}`),
    onLoadFailed: (_model, version) => log.push(`failed ${version}`),
    onBug: (error) => {
      throw error;
    },
  });
  return { serving, log, broken, away, held, gates };
}

test('loads, swaps, and frees the old version after the swap', async () => {
  const { serving, log } = setUp();
  await serving.update(entryOf(1));
  await serving.update(entryOf(2));
  assert.equal(serving.route()?.live.version, 2);
  assert.deepEqual(log, ['load 1', 'swap - 1', 'begin 1', 'load 2', 'swap 1 2', 'release 1']);
  serving.close();
});

test('a broken version takes nothing down, and the next one is served', async () => {
  const { serving, log, broken } = setUp();
  await serving.update(entryOf(1));
  broken.add(2);
  await serving.update(entryOf(2));
  assert.equal(serving.route()?.live.version, 1);
  assert.equal(serving.failures().get(2)?.code, 'ARTIFACT_CORRUPT');
  assert.ok(!log.includes('release 1'));
  await serving.update(entryOf(3));
  assert.equal(serving.route()?.live.version, 3);
  assert.equal(serving.failures().size, 0);
  serving.close();
});

test('while the store is away and no model is answered for, requests wait beyond the limit', async () => {
  const { serving, away } = setUp(0);
  away.add(1);
  await serving.update(entryOf(1));
  assert.equal(serving.failures().get(1)?.mayPass, true);
  const waiting = serving.servable();
  assert.equal(
    await Promise.race([waiting, new Promise((resolve) => setImmediate(resolve, 'waits'))]),
    'waits',
  );
  away.delete(1);
  await serving.update(entryOf(1));
  const route = await waiting;
  assert.ok(route && 'live' in route && route.live.version === 1);
  serving.close();
});

test('where other models are answered for, they do not wait for one whose store is away', async () => {
  const { serving, away } = setUp(0, true);
  away.add(1);
  await serving.update(entryOf(1));
  const refusal = await serving.servable();
  assert.ok(refusal && 'code' in refusal);
  assert.match(refusal.reason, /live but not loaded: the store is away/);
  serving.close();
});

test('the first request is answered by those in shadow, too', async () => {
  const { serving, held, gates } = setUp();
  held.add(2);
  const updated = serving.update(entryOf(1, { shadows: [2] }));
  const waiting = serving.servable();
  while (!gates.has(2)) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(serving.route(), undefined, 'version 1 is loaded, 2 is not');
  gates.get(2)?.();
  await updated;
  const route = await waiting;
  assert.ok(route && 'live' in route);
  assert.deepEqual([route.live.version, route.shadows.map(({ version }) => version)], [1, [2]]);
  serving.close();
});

test('a broken version is tried again', async () => {
  const { serving, broken } = setUp();
  broken.add(1);
  await serving.update(entryOf(1));
  assert.equal(serving.route(), undefined);
  broken.delete(1);
  const route = await serving.servable();
  assert.ok(route && 'live' in route && route.live.version === 1);
  serving.close();
});

test('requests wait for a first version, but not for ever', async () => {
  const { serving, held, gates } = setUp();
  held.add(1);
  const updated = serving.update(entryOf(1));
  const waiting = serving.servable();
  await new Promise(setImmediate);
  gates.get(1)?.();
  const route = await waiting;
  assert.ok(route && 'live' in route);
  await updated;
  serving.close();

  const impatient = setUp(1);
  impatient.broken.add(1);
  await impatient.serving.update(entryOf(1));
  const refusal = await impatient.serving.servable();
  assert.ok(refusal && 'code' in refusal);
  assert.equal(refusal.code, 'MODEL_NOT_LIVE');
  assert.match(refusal.reason, /Version 1 of model 'm' is live but not loaded: version 1 is damaged/);
  impatient.serving.close();
});

test('those who wait when it is closed get neither a route nor a refusal', async () => {
  const { serving, held } = setUp();
  held.add(1);
  void serving.update(entryOf(1));
  const waiting = serving.servable();
  serving.close();
  assert.equal(await waiting, undefined);
});

test('a model without a live version refuses at once', async () => {
  const { serving } = setUp();
  await serving.update(entryOf(1));
  await serving.update(entryOf(null));
  const refusal = await serving.servable();
  assert.ok(refusal && 'code' in refusal && refusal.code === 'MODEL_NOT_LIVE');
  serving.close();
});

test('only the newest of several events during a load is loaded', async () => {
  const { serving, log, held, gates } = setUp();
  await serving.update(entryOf(1));
  held.add(2);
  const updates = [serving.update(entryOf(2))];
  await new Promise(setImmediate);
  updates.push(serving.update(entryOf(3)), serving.update(entryOf(4)));
  gates.get(2)?.();
  await Promise.all(updates);
  assert.equal(serving.route()?.live.version, 4);
  assert.ok(!log.includes('load 3'));
  assert.ok(log.includes('release 2') && log.includes('release 1'));
  serving.close();
});

test('an update right after another is never lost', async () => {
  const { serving } = setUp();
  for (let live = 1; live <= 9; live++) {
    await serving.update(entryOf(live));
    assert.equal(serving.route()?.live.version, live);
    await serving.update(entryOf(null));
    assert.equal(serving.route(), undefined);
  }
  serving.close();
});

test('canary and shadows are loaded beside the live version and dropped with the wish', async () => {
  const { serving, log, broken } = setUp();
  broken.add(5);
  await serving.update(entryOf(1, { canary: 2, shadows: [1, 3, 5] }));
  const route = serving.route();
  assert.equal(route?.canary?.version, 2);
  assert.deepEqual(
    route?.shadows.map(({ version }) => version),
    [1, 3],
  );
  await serving.update(entryOf(2));
  assert.equal(serving.route()?.live.version, 2);
  assert.equal(log.filter((line) => line === 'load 2').length, 1, 'the canary is not loaded twice');
  assert.deepEqual(log.filter((line) => line.startsWith('release')).sort(), ['release 1', 'release 3']);
  serving.close();
});

test('a candidate in shadow answers beside the versions of the spec, and once', async () => {
  const { serving, log } = setUp();
  const shadows = () => serving.route()?.shadows.map(({ version }) => version);
  await serving.update(entryOf(1, { shadow: 4, shadows: [3] }));
  assert.deepEqual(shadows(), [3, 4]);
  await serving.update(entryOf(1, { shadow: 3, shadows: [3] }));
  assert.deepEqual(shadows(), [3]);
  await serving.update(entryOf(4, { shadows: [3] }));
  assert.deepEqual([serving.route()?.live.version, shadows()], [4, [3]]);
  assert.equal(log.filter((line) => line === 'load 3').length, 1);
  serving.close();
});

test('a version for other features waits for its spec; the old one answers', async () => {
  const { serving } = setUp();
  await serving.update(entryOf(1));
  await serving.update(entryOf(1, { width: 3 }));
  assert.equal(serving.route()?.spec.features.length, 2);
  serving.close();
});

test('a version that has a number where the spec has free text by now answers with the spec that it fits', async () => {
  const { serving } = setUp();
  await serving.update(entryOf(1));
  const number = serving.route();
  const entry = entryOf(1);
  const [first, second] = entry.spec.features;
  const features = [first, { ...second, kind: 'text' }] as typeof entry.spec.features;
  await serving.update({ ...entry, spec: { ...entry.spec, features } });
  assert.equal(serving.route(), number);
  await serving.update(entry);
  assert.equal(serving.route()?.live.version, 1);
  serving.close();
});

test('the longest gap of a swap: time without requests does not count', () => {
  const swaps: [string, number][] = [];
  const gaps = createSwapGaps((model, longest) => swaps.push([model, longest]));
  gaps.answered('m', 1, 0, 10);
  gaps.answered('m', 1, 500, 505);
  gaps.begin('m', 1);
  gaps.answered('m', 1, 506, 512);
  gaps.answered('m', 1, 900, 903);
  gaps.answered('m', 2, 901, 915);
  gaps.answered('m', 2, 901, 990);
  assert.deepEqual(swaps, [['m', 12]]);
  gaps.begin('m', 2);
  gaps.abandon('m');
  gaps.answered('m', 3, 990, 2000);
  assert.equal(swaps.length, 1);
});
