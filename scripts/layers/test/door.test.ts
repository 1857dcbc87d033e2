import assert from 'node:assert/strict';
import { test } from 'node:test';
import { besideTheDoor } from '../door.ts';

const OPENING = `import { type Bus, createBus } from '@driftloop/bus';
import {
  createArtifactStore,
  openRegistry as open,
} from '@driftloop/registry';
export { createWarehouse } from '@driftloop/warehouse';`;

test('a service, a package and a command go through the one door', () => {
  for (const file of ['services/gateway/src/service.ts', 'packages/streams/src/fold.ts', 'cli/src/main.ts']) {
    const problems = besideTheDoor(file, OPENING);
    assert.deepEqual(
      problems.map((problem) => problem.split(':')[0]),
      [
        `${file} imports createBus of @driftloop/bus`,
        `${file} imports openRegistry of @driftloop/registry`,
        `${file} imports createArtifactStore of @driftloop/registry`,
        `${file} imports createWarehouse of @driftloop/warehouse`,
      ],
    );
  }
});

test('a whole package as one name would be a way around', () => {
  assert.equal(
    besideTheDoor('services/gateway/src/a.ts', `import * as bus from '@driftloop/bus';`).length,
    1,
  );
});

test('the door, what stands in for it, benchmarks and tests may open parts', () => {
  for (const file of [
    'packages/connections/src/connections.ts',
    'simulation/src/world/world.ts',
    'benchmarks/src/serve/setting.ts',
    'services/inference/test/fixtures/harness.ts',
    'test/fixtures/trainer.ts',
  ])
    assert.deepEqual(besideTheDoor(file, OPENING), []);
});

test('types, other names and comments are no opening', () => {
  const source = `import { type Bus, type BusOptions } from '@driftloop/bus';
import { createBus } from './bus.ts';
// import { createBus } from '@driftloop/bus';`;
  assert.deepEqual(besideTheDoor('services/gateway/src/a.ts', source), []);
});
