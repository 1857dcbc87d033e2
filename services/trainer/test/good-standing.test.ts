import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Artifact, foldModelEvents, type ModelState } from '@driftloop/registry';
import type { ModelEvent } from '@driftloop/schemas';
import { readEarlierVersions } from '../src/inputs/read-earlier-versions.ts';
import { readMemory } from '../src/inputs/read-memory.ts';

type Step = readonly [kind: 'published' | 'rolledBack', version: number, actor: string, restored?: number];

/** The state of a model after these steps, one a second. */
function after(...steps: Step[]): ModelState {
  const state = steps.reduce<ModelState | undefined>((before, [kind, version, actor, restored = null], i) => {
    const event: ModelEvent = {
      model: 'm',
      version,
      kind,
      restoredVersion: restored,
      at: 1_000 * (i + 1),
      eventTime: i,
      artifact: 'file:///',
      sha256: String(version),
      parentVersion: null,
      commandId: null,
      metrics: {},
      reasons: [],
      actor,
    };
    return foldModelEvents(before, event);
  }, undefined);
  return state ?? assert.fail('there are no steps');
}

/** Versions whose model and memory are their number; from version 10 on they take one feature more. */
function artifactOf(version: number): Artifact {
  const tensor = (width: number) => ({ name: 'x', shape: ['rows', width] });
  return {
    manifest: {
      format: 1,
      model: 'm',
      version,
      task: 'binary',
      input: tensor(version < 10 ? 4 : 5),
      output: tensor(2),
      lineage: { parentVersion: null, commandId: null, actor: '' },
      files: {},
    },
    has: () => true,
    file: async () => Uint8Array.of(version),
  };
}

const registry = { artifact: async (_model: string, version: number) => artifactOf(version) };

async function memoryIn(state: ModelState, strategy = 'replay'): Promise<number | undefined> {
  const live = artifactOf(state.live ?? assert.fail('nothing is live'));
  return (await readMemory(state, live, strategy, registry))?.[0];
}

async function earlierIn(state: ModelState): Promise<number[]> {
  const live = artifactOf(state.live ?? assert.fail('nothing is live'));
  return (await readEarlierVersions(state, live.manifest, registry)).map(({ version }) => version);
}

const three: Step[] = [1, 2, 3].map((version) => ['published', version, 'trainer']);

test('a version that the loop took down is still tried, and its memory goes on', async () => {
  for (const actor of ['ensemble', 'trainer']) {
    const state = after(...three, ['rolledBack', 3, actor, 1]);
    assert.deepEqual(await earlierIn(state), [3, 2]);
    assert.equal(await memoryIn(state), 3);
  }
});

test('a version that a person took down is neither tried nor remembered, and no version that the person went back behind is remembered', async () => {
  const state = after(...three, ['rolledBack', 3, 'anna', 1]);
  assert.deepEqual(await earlierIn(state), [2]);
  assert.equal(await memoryIn(state), 1);
});

test('what was live after a person took a version down is remembered', async () => {
  const state = after(...three, ['rolledBack', 3, 'anna', 2], ['rolledBack', 2, 'ensemble', 1]);
  assert.equal(await memoryIn(state), 2);
  const later = after(
    ...three,
    ['rolledBack', 3, 'anna', 1],
    ['published', 4, 'trainer'],
    ['rolledBack', 4, 'ensemble', 1],
  );
  assert.equal(await memoryIn(later), 4);
});

test('what a strategy remembers of parameters stays with them', async () => {
  const state = after(...three, ['rolledBack', 3, 'ensemble', 1]);
  assert.equal(await memoryIn(state, 'ewc'), 1);
});

test('a version of another shape is neither tried nor remembered', async () => {
  const state = after(...three, ['published', 10, 'anna'], ['rolledBack', 10, 'ensemble', 1]);
  assert.deepEqual(await earlierIn(state), [3, 2]);
  assert.equal(await memoryIn(state), 1);
});
