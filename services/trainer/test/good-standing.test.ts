import assert from 'node:assert/strict';
import { after as afterAll, before, test } from 'node:test';
import { firstStrategy } from '@driftloop/continual';
import { type ModelState, readEarlierVersions, readMemory } from '@driftloop/registry';
import { createVersions, MODEL, type Step } from './fixtures/versions.ts';

const versions = createVersions();
const { registry, after } = versions;
before(async () => {
  for (const version of [1, 2, 3, 4]) await versions.store(version);
  await versions.store(10, { inputs: 5 });
  await versions.store(11, { outputs: 1 });
});
afterAll(() => versions.close());

const liveOf = (state: ModelState) => registry.artifact(MODEL, state.live ?? assert.fail('nothing is live'));

async function memoryIn(state: ModelState, strategy = 'replay'): Promise<number | undefined> {
  return (await readMemory(state, await liveOf(state), firstStrategy(strategy).warm, registry))?.[0];
}

async function earlierIn(state: ModelState): Promise<number[]> {
  const earlier = await readEarlierVersions(state, (await liveOf(state)).manifest, registry);
  for (const { version, model } of earlier) assert.deepEqual([...model], [version]);
  return earlier.map(({ version }) => version);
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
  for (const other of [10, 11]) {
    const state = after(...three, ['published', other, 'anna'], ['rolledBack', other, 'ensemble', 1]);
    assert.deepEqual(await earlierIn(state), [3, 2]);
    assert.equal(await memoryIn(state), 1);
  }
});
