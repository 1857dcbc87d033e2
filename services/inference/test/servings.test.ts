import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { initialModelState, type ModelEntry, type ModelListener, type Registry } from '@driftloop/registry';
import { systemClock } from '@driftloop/service';
import { createServings } from '../src/serving/servings.ts';
import { specOf } from './fixtures/spec.ts';

/** A registry that has heard of the model only once it is asked to catch up. */
function lateRegistry(entry: ModelEntry) {
  let listener: ModelListener = () => {};
  return {
    models: () => [],
    onChange(given: ModelListener) {
      listener = given;
      return () => {};
    },
    async sync() {
      listener(entry, undefined);
    },
  } satisfies Partial<Registry>;
}

/** A model whose version 1 is live. */
function liveEntry(model: string): ModelEntry {
  const version = {
    version: 1,
    status: 'live' as const,
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
  };
  const state = { ...initialModelState(model), live: 1, versions: new Map([[1, version]]) };
  return { spec: specOf(model), state, lived: [{ version: 1, since: 0 }] };
}

function servingsOf(entry: ModelEntry) {
  return servingsFrom(lateRegistry(entry));
}

/** @param damaged models whose versions cannot be loaded */
function servingsFrom(registry: Partial<Registry>, damaged: readonly string[] = []) {
  // Only what is asked of it here.
  return createServings(registry as Registry, {
    clock: systemClock,
    waitMs: 60_000,
    async load({ spec: { model } }, version) {
      if (damaged.includes(model))
        throw new DriftloopError('ARTIFACT_CORRUPT', `model.onnx of ${model} is damaged.`);
      return {
        version,
        width: 2,
        session: { worker: 0, run: () => assert.fail('nothing is run here'), release: async () => {} },
      };
    },
    onSwapBegin: () => {},
    onSwapped: () => {},
    onLoadFailed: () => {},
    onBug: (error) => {
      throw error;
    },
  });
}

test('what was registered before the request counts, though this process has not read it yet', async () => {
  const servings = servingsOf(liveEntry('m'));
  await servings.start();
  assert.equal(servings.route('m'), undefined);
  const route = await servings.resolve('m');
  assert.ok(route && 'live' in route && route.live.version === 1);
  servings.close();
});

test('a model that nobody registered is refused, naming those that are', async () => {
  const servings = servingsOf({ spec: specOf('planned'), state: initialModelState('planned'), lived: [] });
  await servings.start();
  const unknown = await servings.resolve('nobody');
  assert.ok(unknown && 'code' in unknown && unknown.code === 'MODEL_UNKNOWN');
  assert.match(unknown.reason, /known: planned/);
  const long = await servings.resolve('n'.repeat(600_000));
  assert.ok(long && 'code' in long && long.code === 'MODEL_UNKNOWN');
  assert.ok(long.reason.length < 300, 'of a long name only the beginning is quoted');
  const notLive = await servings.resolve('planned');
  assert.ok(notLive && 'code' in notLive && notLive.code === 'MODEL_NOT_LIVE');
  assert.equal(servings.complete(), true, 'a model that is not live holds nothing up');
  servings.close();
});

/** Servings of models with files of these sizes, of which so many bytes may be in memory. */
async function servingsWithin(mostBytes: number, sizes: Readonly<Record<string, number>>) {
  const log: string[] = [];
  const known = {
    models: () => Object.keys(sizes).map(liveEntry),
    onChange: () => () => {},
    async sync() {},
  };
  const servings = createServings(known as Partial<Registry> as Registry, {
    clock: systemClock,
    waitMs: 60_000,
    mostBytes,
    async load({ spec: { model } }, version) {
      log.push(`+${model}`);
      const release = async () => void log.push(`-${model}`);
      const session = { worker: 0, run: () => assert.fail('nothing is run here'), release };
      return { version, width: 2, session, sizeBytes: sizes[model] ?? 0 };
    },
    onSwapBegin: () => {},
    onSwapped: () => {},
    onLoadFailed: () => {},
    onBug: (error) => {
      throw error;
    },
  });
  await servings.start();
  return { servings, log };
}

test('within a budget models are loaded when they are asked for, and the least recently used leave', async () => {
  const { servings, log } = await servingsWithin(10, { a: 4, b: 4, c: 4, large: 50 });
  assert.deepEqual(log, [], 'nobody has asked');
  assert.equal(servings.complete(), true);
  const isAnswered = async (model: string) => {
    const route = await servings.resolve(model);
    assert.ok(route && 'live' in route, model);
  };
  await isAnswered('a');
  await isAnswered('b');
  assert.ok(servings.route('a'), 'it is used again');
  await isAnswered('c');
  assert.deepEqual(log, ['+a', '+b', '+c', '-b']);
  assert.equal(servings.route('b'), undefined);
  await isAnswered('b');
  assert.deepEqual(log.slice(4), ['+b', '-a']);
  // What is asked for is served, also where it alone is too large.
  await isAnswered('large');
  assert.deepEqual(log.slice(6), ['+large', '-c', '-b']);
  assert.equal(servings.complete(), true);
  servings.close();
});

test('without a budget all are loaded ahead, and stay', async () => {
  const { servings, log } = await servingsWithin(Number.POSITIVE_INFINITY, { a: 4, b: 4 });
  assert.deepEqual(log.sort(), ['+a', '+b']);
  servings.close();
});

test('a model that cannot be loaded holds up no other; where none can, the service is not ready', async () => {
  const known = { models: () => [liveEntry('a'), liveEntry('b')], onChange: () => () => {} };
  for (const [damaged, complete] of [
    [[], true],
    [['a'], true],
    [['a', 'b'], false],
  ] as const) {
    const servings = servingsFrom(known, damaged);
    assert.equal(servings.complete(), true, 'nothing is known before the start');
    await servings.start();
    assert.equal(servings.complete(), complete, `${damaged} cannot be loaded`);
    servings.close();
  }
});
