import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { foldModelEvents, type ModelEntry, type ModelState, validateSpec } from '@driftloop/registry';
import type { ModelEvent, ModelSpec } from '@driftloop/schemas';
import { createLogger } from '@driftloop/service';
import { type ReconcileParts, reconcile } from '../src/reconcile.ts';
import { createRegistrations } from '../src/registering/registrations.ts';
import type { ModelResource, ModelSpecResource, ModelStatus } from '../src/resources/model-resource.ts';
import { SPEC } from './spec.ts';

const logger = createLogger({ name: 'test', level: 'silent' });

test('a model is registered once, and its status says what became of it', async () => {
  const world = createWorld();
  world.models.set('elec', modelOf('elec'));
  await world.settle();
  assert.equal(world.registered.length, 1);
  const { observedGeneration, state, registeredVersion, liveVersion, conditions } = world.statusOf('elec');
  assert.deepEqual(
    { observedGeneration, state, registeredVersion, liveVersion },
    {
      observedGeneration: 1,
      state: 'Live',
      registeredVersion: 1,
      liveVersion: 1,
    },
  );
  assert.deepEqual(
    conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`),
    ['SpecValid True Valid', 'Registered True Registered', 'Ready True Live'],
  );
  const written = world.writes;
  await world.settle();
  assert.equal(world.registered.length, 1);
  assert.equal(world.writes, written, 'a status that says the same is not written again');
});

test('an operator that starts anew finds what one before it has registered', async () => {
  const world = createWorld();
  world.models.set('elec', modelOf('elec'));
  await world.settle();
  world.restart();
  await world.settle();
  assert.equal(world.registered.length, 1);
});

test('another file is another version; another spec is none', async () => {
  const world = createWorld();
  world.models.set('elec', modelOf('elec'));
  await world.settle();
  const stricter = { ...SPEC, drift: { ...SPEC.drift, expectedWindowsBetweenFalseAlarms: 999 } };
  world.models.set('elec', modelOf('elec', { spec: stricter }, 2));
  await world.settle();
  assert.equal(world.registered.length, 1);
  assert.equal(world.published.at(-1)?.drift.expectedWindowsBetweenFalseAlarms, 999);
  assert.equal(world.statusOf('elec').observedGeneration, 2);
  world.models.set('elec', modelOf('elec', { spec: stricter, source: { url: 'https://models/2.onnx' } }, 3));
  await world.settle();
  assert.equal(world.registered.length, 2);
  assert.equal(world.statusOf('elec').registeredVersion, 2);
});

test('a retrain that replaces the version leaves it alone, and is told', async () => {
  const world = createWorld();
  world.models.set('elec', modelOf('elec'));
  await world.settle();
  world.event({ version: 2, kind: 'published', commandId: 'retrain' });
  await world.settle();
  assert.equal(world.registered.length, 1);
  const { state, registeredVersion, liveVersion, conditions } = world.statusOf('elec');
  assert.deepEqual(
    { state, registeredVersion, liveVersion },
    { state: 'Replaced', registeredVersion: 1, liveVersion: 2 },
  );
  assert.equal(conditions.find(({ type }) => type === 'Ready')?.status, 'True');
});

test('a version that was registered and did not come where it is to answer is brought there', async () => {
  const world = createWorld();
  world.halfway = true;
  world.models.set('elec', modelOf('elec'));
  await world.settle();
  assert.equal(world.statusOf('elec').state, 'Registering');
  world.halfway = false;
  world.restart();
  await world.settle();
  assert.equal(world.statusOf('elec').state, 'Live');
});

test('what is refused stays refused until the resource changes; what is away is tried again', async () => {
  const world = createWorld();
  world.failWith = new DriftloopError('MODEL_INVALID', 'it has no output');
  world.models.set('elec', modelOf('elec'));
  await world.settle();
  world.registrations.tryAgain();
  await world.settle();
  assert.equal(world.registered.length, 1);
  const registered = world.statusOf('elec').conditions.find(({ type }) => type === 'Registered');
  assert.deepEqual([registered?.status, registered?.message], ['False', 'MODEL_INVALID: it has no output']);
  world.failWith = new DriftloopError('ARTIFACTS_UNAVAILABLE', 'nobody answers');
  world.models.set('elec', modelOf('elec', { source: { url: 'https://models/2.onnx' } }, 2));
  await world.settle();
  assert.equal(world.statusOf('elec').state, 'Waiting');
  world.failWith = undefined;
  world.registrations.tryAgain();
  await world.settle();
  assert.equal(world.statusOf('elec').state, 'Live');
});

test('a spec that is wrong, or is not there yet, is told and waited for', async () => {
  const world = createWorld();
  world.models.set('elec', modelOf('elec', { spec: undefined, specRef: { name: 'elec-spec' } }));
  await world.settle();
  assert.match(world.statusOf('elec').conditions[0]?.message ?? '', /no ModelSpec 'elec-spec'/);
  world.specs.set('elec-spec', specOf('elec-spec', { ...SPEC, classes: 5 }));
  await world.settle();
  assert.match(world.statusOf('elec').conditions[0]?.message ?? '', /classes/);
  assert.equal(world.registered.length, 0);
  world.specs.set('elec-spec', specOf('elec-spec', SPEC));
  await world.settle();
  assert.equal(world.statusOf('elec').state, 'Live');
});

test('of two resources that ask for one model the older has it', async () => {
  const world = createWorld();
  world.models.set('younger', modelOf('younger', {}, 1, '2026-02-01T00:00:00Z'));
  world.models.set(
    'older',
    modelOf('older', { source: { url: 'https://models/2.onnx' } }, 1, '2026-01-01T00:00:00Z'),
  );
  await world.settle();
  assert.equal(world.statusOf('older').state, 'Live');
  assert.equal(world.registered.length, 1);
  assert.deepEqual(
    world.statusOf('younger').conditions.map(({ reason }) => reason),
    ['Conflict', 'NotValid', 'Conflict'],
  );
});

test('drift is told, and one resource that cannot be written keeps no other waiting', async () => {
  const world = createWorld();
  world.models.set('a', modelOf('a', { spec: { ...SPEC, model: 'a' } }));
  world.models.set('b', modelOf('b', { spec: { ...SPEC, model: 'b' } }));
  world.unwritable = 'a';
  world.drift = 'warning';
  await world.settle();
  assert.equal(world.statusOf('b').drift, 'warning');
});

function modelOf(
  name: string,
  spec: Partial<Record<keyof ModelResource['spec'], unknown>> = {},
  generation = 1,
  creationTimestamp = '2026-01-01T00:00:00Z',
): ModelResource {
  const given = {
    spec: SPEC,
    source: { url: 'https://models/1.onnx' },
    reference: { url: 'https://models/1.csv', label: 'target' },
    ...spec,
  } as ModelResource['spec'];
  return { metadata: { name, uid: `uid-${name}`, generation, creationTimestamp }, spec: given };
}

function specOf(name: string, spec: Readonly<Record<string, unknown>>): ModelSpecResource {
  return { metadata: { name, uid: name, generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' }, spec };
}

/**
 * A cluster and a registry as far as the operator sees them; registering appends the events that it
 * makes.
 */
function createWorld() {
  const models = new Map<string, ModelResource>();
  const specs = new Map<string, ModelSpecResource>();
  const known = new Map<string, { spec: ModelSpec; state: ModelState | undefined }>();
  const world = {
    models,
    specs,
    registered: [] as string[],
    published: [] as ModelSpec[],
    writes: 0,
    drift: undefined as string | undefined,
    unwritable: '',
    halfway: false,
    failWith: undefined as DriftloopError | undefined,
    registrations: undefined as unknown as ReconcileParts['registrations'],
    restart() {
      world.registrations = createRegistrations(register, logger, () => {});
    },
    event(event: Partial<ModelEvent>, model = 'elec') {
      const entry = known.get(model);
      assert.ok(entry);
      entry.state = foldModelEvents(entry.state, { ...EVENT, model, at: Date.now(), ...event });
    },
    /** Until nothing is under way and everything is told. */
    async settle() {
      for (let pass = 0; pass < 3; pass++) {
        await reconcile({ ...parts, registrations: world.registrations });
        await world.registrations.settled();
      }
    },
    statusOf(name: string): ModelStatus {
      const status = models.get(name)?.status;
      assert.ok(status, `${name} has no status`);
      return status;
    },
  };
  const register: Parameters<typeof createRegistrations>[0] = async (resource, { spec, key }) => {
    world.registered.push(resource.metadata.name);
    if (world.failWith) throw world.failWith;
    const entry = known.get(spec.model) ?? { spec, state: undefined };
    known.set(spec.model, { ...entry, spec });
    const same = [...(entry.state?.versions.values() ?? [])].find(({ commandId }) => commandId === key);
    const version = same?.version ?? (entry.state?.versions.size ?? 0) + 1;
    world.event({ version, kind: 'registered', commandId: key }, spec.model);
    if (!world.halfway) world.event({ version, kind: 'published', commandId: key }, spec.model);
  };
  const parts: Omit<ReconcileParts, 'registrations'> = {
    cluster: {
      models: () => [...models.values()],
      specs: () => specs,
      async writeStatus(name, status) {
        if (name === world.unwritable) throw new Error('the API server is away');
        world.writes += 1;
        const resource = models.get(name);
        if (resource) models.set(name, { ...resource, status });
      },
    },
    registry: {
      model: (name) => known.get(name) as ModelEntry | undefined,
      async publishSpec(candidate) {
        const spec = validateSpec(candidate);
        world.published.push(spec);
        known.set(spec.model, { spec, state: known.get(spec.model)?.state });
        return spec;
      },
    },
    driftOf: () => world.drift,
    now: () => '2026-03-01T00:00:00.000Z',
    logger,
  };
  world.restart();
  return world;
}

const EVENT: Omit<ModelEvent, 'model' | 'at'> = {
  version: 1,
  kind: 'registered',
  restoredVersion: null,
  eventTime: 0,
  artifact: 'file:///x',
  sha256: 'x',
  parentVersion: null,
  commandId: null,
  metrics: {},
  reasons: [],
  actor: 'test',
};
