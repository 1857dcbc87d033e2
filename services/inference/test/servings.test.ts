import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialModelState, type ModelEntry, type ModelListener, type Registry } from '@driftloop/registry';
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

function servingsOf(entry: ModelEntry) {
  // Only what is asked of it here.
  const registry = lateRegistry(entry) as Partial<Registry> as Registry;
  return createServings(registry, {
    waitMs: 60_000,
    load: async (_entry, version) => ({
      version,
      width: 2,
      session: { worker: 0, run: () => assert.fail('nothing is run here'), release: async () => {} },
    }),
    onSwapBegin: () => {},
    onSwapped: () => {},
    onLoadFailed: () => {},
    onBug: (error) => {
      throw error;
    },
  });
}

test('what was registered before the request counts, though this process has not read it yet', async () => {
  const version = {
    version: 1,
    status: 'live' as const,
    artifact: '',
    sha256: '',
    parentVersion: null,
    commandId: null,
    metrics: {},
    reasons: [],
    publishedAt: 0,
    eventTime: 0,
    applied: [],
  };
  const state = { ...initialModelState('m'), live: 1, versions: new Map([[1, version]]) };
  const servings = servingsOf({ spec: specOf('m'), state });
  await servings.start();
  assert.equal(servings.route('m'), undefined);
  const route = await servings.resolve('m');
  assert.ok(route && 'live' in route && route.live.version === 1);
  servings.close();
});

test('a model that nobody registered is refused, naming those that are', async () => {
  const servings = servingsOf({ spec: specOf('planned'), state: initialModelState('planned') });
  await servings.start();
  const unknown = await servings.resolve('nobody');
  assert.ok(unknown && 'code' in unknown && unknown.code === 'MODEL_UNKNOWN');
  assert.match(unknown.reason, /known: planned/);
  const notLive = await servings.resolve('planned');
  assert.ok(notLive && 'code' in notLive && notLive.code === 'MODEL_NOT_LIVE');
  assert.equal(servings.complete(), true, 'a model that is not live holds nothing up');
  servings.close();
});
