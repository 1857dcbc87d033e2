import assert from 'node:assert/strict';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Bus, createBus, type TypedProducer } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import { testStack } from '@driftloop/local';
import { type ArtifactStore, createArtifactStore, openRegistry, type Registry } from '../src/index.ts';
import { eventOf } from './fixtures/events.ts';
import { classifier } from './fixtures/models.ts';
import { specOf } from './fixtures/spec.ts';

let stack: Awaited<ReturnType<typeof testStack>>;
let folder: string;
let bus: Bus;
let producer: TypedProducer;
let store: ArtifactStore;
let registry: Registry;
/** A registry as another process has it. */
let other: Registry;

before(async () => {
  stack = await testStack();
  folder = await mkdtemp(join(tmpdir(), 'driftloop-registry-'));
  bus = createBus({
    brokers: stack.env.KAFKA_BROKERS.split(','),
    registryUrl: stack.env.SCHEMA_REGISTRY_URL,
    topicPrefix: stack.topicPrefix,
    clientId: 'registry-test',
    inputPartitions: 1,
  });
  await bus.ensureTopics();
  producer = await bus.producer();
  store = createArtifactStore(pathToFileURL(folder).href);
  registry = await openRegistry({ bus, producer, store });
  other = await openRegistry({ bus, producer, store });
});
after(async () => {
  await other?.close();
  await registry?.close();
  await producer?.close();
  await bus?.close();
  await stack?.release();
  await rm(folder, { recursive: true, force: true });
});

const hasCode = (code: string) => (error: unknown) => error instanceof DriftloopError && error.code === code;
const register = (model: string, seed = 1, publish = true, by = registry) =>
  by.register({
    spec: specOf(model),
    onnx: classifier(2, seed),
    profile: { seed },
    metrics: { seed },
    publish,
  });

test('a registered version is live, for other processes and later ones too', async () => {
  const seen: (string | undefined)[] = [];
  const stop = other.onChange(({ spec }, event) => {
    if (spec.model === 'first') seen.push(event?.kind);
  });
  assert.equal(await register('first'), 1);
  assert.equal(registry.model('first')?.state.live, 1);
  await other.sync();
  stop();
  assert.deepEqual(seen, [undefined, 'registered', 'published']);
  const artifact = await other.artifact('first', 1);
  assert.equal(artifact.manifest.version, 1);
  assert.equal(artifact.has('memory.bin'), false);
  assert.deepEqual(Buffer.from(await artifact.file('model.onnx')), Buffer.from(classifier(2, 1)));
  assert.deepEqual(await other.profile('first', 1), { seed: 1 });
  assert.equal(await other.artifact('first', 1), artifact, 'it is opened once');

  const later = await openRegistry({ bus, producer, store });
  assert.deepEqual(later.model('first'), other.model('first'));
  await later.close();
});

test('registrations at the same time get a number each', async () => {
  await register('race', 0, false);
  const seeds = [1, 2, 3, 4, 5, 6];
  const numbers = await Promise.all(
    seeds.map((seed) => register('race', seed, false, seed % 2 === 0 ? registry : other)),
  );
  assert.deepEqual([...numbers].sort(), [2, 3, 4, 5, 6, 7]);
  await Promise.all([registry.sync(), other.sync()]);
  for (const [index, version] of numbers.entries())
    assert.deepEqual(
      await other.profile('race', version),
      { seed: seeds[index] },
      'each has its own artifact',
    );
  assert.deepEqual(registry.model('race')?.state, other.model('race')?.state);
});

test('rolls back to the version before, or to a chosen one', async () => {
  for (const seed of [1, 2, 3]) await register('back', seed);
  assert.equal(registry.model('back')?.state.live, 3);
  assert.equal(await other.rollback('back', { reason: 'worse', actor: 'test' }), 2);
  assert.equal(other.model('back')?.state.live, 2);
  assert.equal(other.model('back')?.state.versions.get(3)?.status, 'rolledBack');
  assert.equal(await registry.rollback('back', { to: 1, reason: 'much worse', actor: 'test' }), 1);
  assert.equal(await registry.rollback('back', { to: 1, reason: 'again', actor: 'test' }), 1);
  assert.equal(registry.model('back')?.state.versions.get(2)?.reasons[0], 'much worse');
  const outdated = { to: 3, from: 2, reason: '2 is worse', actor: 'test' };
  assert.equal(await registry.rollback('back', outdated), 1, 'another version has become live meanwhile');
  assert.equal(registry.model('back')?.state.live, 1);
  await register('back', 4, false);
  const to = (version: number) => registry.rollback('back', { to: version, reason: '', actor: '' });
  await assert.rejects(to(4), hasCode('VERSION_NOT_SERVABLE'));
  await assert.rejects(to(9), hasCode('VERSION_UNKNOWN'));
  await assert.rejects(registry.rollback('back', { reason: '', actor: '' }), hasCode('VERSION_NOT_SERVABLE'));
  await assert.rejects(registry.rollback('nobody', { reason: '', actor: '' }), hasCode('MODEL_UNKNOWN'));
});

test('which version was live from when on is told by the timestamps of the events, the same for everyone', async () => {
  const before = Date.now();
  for (const seed of [1, 2]) await register('lived', seed);
  await register('lived', 3, false);
  await registry.rollback('lived', { reason: 'worse', actor: 'test' });
  const { lived } = registry.model('lived') ?? assert.fail('it is registered');
  assert.deepEqual(
    lived.map(({ version }) => version),
    [1, 2, 1],
  );
  assert.ok(lived.every(({ since }, i) => since >= (lived[i - 1]?.since ?? before) && since <= Date.now()));
  await other.catchUp();
  assert.deepEqual(other.model('lived')?.lived, lived);
  const later = await openRegistry({ bus, producer, store });
  assert.deepEqual(later.model('lived')?.lived, lived);
  await later.close();
});

test('catching up knows every event that was there before', async () => {
  await register('caught', 1);
  await other.sync();
  await register('caught', 2);
  await other.catchUp();
  assert.deepEqual(
    other.model('caught')?.lived.map(({ version }) => version),
    [1, 2],
  );
});

test('a version whose artifact is gone is not brought back: the live one stays', async () => {
  for (const seed of [1, 2]) await register('gone', seed);
  const version = registry.model('gone')?.state.versions.get(1) ?? assert.fail();
  const artifact = await store.open(version.artifact, version.sha256);
  const { sha256 } = artifact.manifest.files['model.onnx'] ?? assert.fail();
  const file = join(folder, 'sha256', sha256.slice(0, 2), sha256);
  await rename(file, `${file}.away`);
  const back = { to: 1, reason: 'it was better', actor: 'test' };
  await assert.rejects(registry.rollback('gone', back), hasCode('ARTIFACT_MISSING'));
  assert.equal(registry.model('gone')?.state.live, 2);
  await rename(`${file}.away`, file);
  assert.equal(await registry.rollback('gone', back), 1);
});

test('a version of another width than the spec has now is not brought back', async () => {
  await register('width');
  const spec = specOf('width', 3);
  await registry.register({ spec, onnx: classifier(3, 2), profile: {}, metrics: {}, publish: true });
  await assert.rejects(
    registry.rollback('width', { reason: '', actor: '' }),
    hasCode('VERSION_NOT_SERVABLE'),
  );
  assert.equal(registry.model('width')?.state.live, 2);
});

test("a candidate is published or rejected with the gate's reasons, once per command", async () => {
  await register('loop');
  const candidate = (commandId: string, accepted: boolean) =>
    registry.addCandidate({
      model: 'loop',
      onnx: classifier(2, 7),
      profile: {},
      memory: Uint8Array.of(1, 2),
      metrics: { accuracy: 0.9 },
      parentVersion: 1,
      commandId,
      eventTime: 1234,
      accepted,
      rollout: 'publish',
      reasons: ['because'],
      actor: 'trainer',
      lineage: { strategy: 'naive' },
    });
  assert.equal(await candidate('a', true), 2);
  assert.equal(await candidate('a', true), 2, 'a command that is carried out again makes no second version');
  assert.equal(await candidate('b', false), 3);
  const { state } = registry.model('loop') ?? assert.fail();
  assert.equal(state.live, 2);
  assert.equal(state.versions.get(2)?.commandId, 'a');
  assert.equal(state.versions.get(2)?.eventTime, 1234);
  assert.equal(state.versions.get(3)?.status, 'rejected');
  assert.deepEqual(state.versions.get(3)?.reasons, ['because']);
  const { manifest } = await registry.artifact('loop', 2);
  assert.deepEqual(manifest.lineage, {
    parentVersion: 1,
    commandId: 'a',
    actor: 'trainer',
    details: { strategy: 'naive' },
  });
});

test('a candidate whose judgement was not written is judged when it comes again', async () => {
  await register('killed');
  const { artifact, sha256 } = await putCandidate();
  // What a trainer leaves that was killed between the two events.
  const left = {
    model: 'killed',
    version: 2,
    kind: 'candidate',
    commandId: 'c',
    artifact,
    sha256,
    at: 1,
  } as const;
  await producer.send('model.events', [{ key: 'killed', value: eventOf(left) }]);
  const version = await registry.addCandidate({
    model: 'killed',
    onnx: classifier(2, 8),
    profile: {},
    metrics: {},
    parentVersion: 1,
    commandId: 'c',
    eventTime: 5,
    accepted: true,
    rollout: 'publish',
    reasons: [],
    actor: 'trainer',
  });
  assert.equal(version, 2);
  assert.equal(registry.model('killed')?.state.live, 2);
  assert.equal(registry.model('killed')?.state.versions.get(2)?.sha256, sha256);
});

test('with a canary share a candidate becomes the canary', async () => {
  const spec = { ...specOf('canary'), rollout: { canaryShare: 0.1, shadowVersions: [] } };
  await registry.register({ spec, onnx: classifier(2, 1), profile: {}, metrics: {}, publish: true });
  await registry.addCandidate({
    model: 'canary',
    onnx: classifier(2, 2),
    profile: {},
    metrics: {},
    parentVersion: 1,
    commandId: 'c',
    eventTime: 0,
    accepted: true,
    rollout: 'publish',
    reasons: [],
    actor: 'trainer',
  });
  const { state } = registry.model('canary') ?? assert.fail();
  assert.deepEqual([state.live, state.canary], [1, 2]);
  const decision = { reason: 'better', actor: 'anna', eventTime: 9 };
  assert.equal(await registry.promote('canary', { ...decision, version: 2, commandId: 'p' }), 'live');
  assert.deepEqual(registry.model('canary')?.state.canary, null);
});

test('with a canary share a candidate in shadow is promoted to canary first, by a command once', async () => {
  const spec = { ...specOf('steps'), rollout: { canaryShare: 0.1, shadowVersions: [] } };
  await registry.register({ spec, onnx: classifier(2, 1), profile: {}, metrics: {}, publish: true });
  const candidate = (seed: number, commandId: string) =>
    registry.addCandidate({
      model: 'steps',
      onnx: classifier(2, seed),
      profile: {},
      metrics: {},
      parentVersion: 1,
      commandId,
      eventTime: 0,
      accepted: true,
      rollout: 'shadow',
      reasons: [],
      actor: 'trainer',
    });
  const stateOf = () => registry.model('steps')?.state ?? assert.fail();
  const promote = (version: number, commandId: string) =>
    registry.promote('steps', { version, commandId, reason: 'better', actor: 'ensemble', eventTime: 9 });
  await candidate(2, 'c');
  assert.deepEqual([stateOf().shadow, stateOf().canary], [2, null]);
  assert.equal(await promote(2, 'p'), 'canary');
  assert.equal(await promote(2, 'p'), 'canary', 'said again after a restart');
  assert.deepEqual([stateOf().live, stateOf().shadow, stateOf().canary], [1, null, 2]);
  assert.equal(await promote(2, 'q'), 'live');
  assert.deepEqual([stateOf().live, stateOf().canary], [2, null]);
  await candidate(3, 'd');
  await promote(3, 'r');
  const rejection = { version: 3, reason: 'worse', actor: 'ensemble', eventTime: 9, commandId: 's' };
  assert.equal(await registry.reject('steps', rejection), true);
  assert.deepEqual([stateOf().live, stateOf().canary], [2, null]);
});

test('a person brings a version into shadow, to canary and live, or gives it up', async () => {
  const spec = { ...specOf('release'), rollout: { canaryShare: 0.1, shadowVersions: [] } };
  const add = (seed: number, publish: boolean) =>
    registry.register({ spec, onnx: classifier(2, seed), profile: {}, metrics: {}, publish });
  const stateOf = () => registry.model('release')?.state ?? assert.fail();
  const by = { reason: 'looks right', actor: 'anna' };
  await add(1, true);
  await assert.rejects(registry.release('release', by), hasCode('VERSION_UNKNOWN'));
  assert.equal(await add(2, false), 2);
  assert.deepEqual(await registry.release('release', { ...by, version: 2, to: 'shadow' }), {
    version: 2,
    is: 'shadow',
  });
  assert.deepEqual([stateOf().live, stateOf().shadow], [1, 2]);
  assert.deepEqual(await registry.release('release', by), { version: 2, is: 'canary' });
  assert.deepEqual([stateOf().live, stateOf().shadow, stateOf().canary], [1, null, 2]);
  assert.deepEqual(await registry.release('release', by), { version: 2, is: 'live' });
  const live = stateOf().versions.get(2);
  assert.deepEqual([stateOf().live, live?.actor, live?.reasons], [2, 'anna', ['looks right']]);
  assert.deepEqual(await registry.release('release', { ...by, version: 2 }), { version: 2, is: 'live' });
  await add(3, false);
  await assert.rejects(registry.withdraw('release', { ...by, version: 3 }), hasCode('VERSION_NOT_SERVABLE'));
  await registry.release('release', { ...by, version: 3 });
  assert.equal(await registry.withdraw('release', by), 3);
  assert.deepEqual([stateOf().live, stateOf().canary], [2, null]);
});

test('a candidate that is to answer in shadow is promoted or rejected later, each once', async () => {
  await register('trial');
  const inShadow = (commandId: string, seed: number) =>
    registry.addCandidate({
      model: 'trial',
      onnx: classifier(2, seed),
      profile: {},
      metrics: {},
      parentVersion: 1,
      commandId,
      eventTime: 5,
      accepted: true,
      rollout: 'shadow',
      reasons: ['passed'],
      actor: 'trainer',
    });
  const stateOf = () => registry.model('trial')?.state ?? assert.fail();
  const decision = (version: number, commandId: string) => ({
    version,
    reason: 'better on what came since',
    actor: 'ensemble',
    commandId,
    eventTime: 9,
  });
  assert.equal(await inShadow('a', 7), 2);
  assert.equal(await inShadow('a', 7), 2, 'a command that is carried out again changes nothing');
  assert.deepEqual([stateOf().live, stateOf().shadow], [1, 2]);

  assert.equal(await registry.promote('trial', { ...decision(2, 'p'), from: 7 }), undefined, '7 is not live');
  assert.equal(await registry.promote('trial', { ...decision(1, 'p') }), undefined, '1 is not in shadow');
  assert.equal(stateOf().live, 1);
  assert.equal(await registry.promote('trial', { ...decision(2, 'p'), from: 1 }), 'live');
  const second = stateOf().versions.get(2);
  assert.deepEqual([stateOf().live, stateOf().shadow, second?.eventTime], [2, null, 9]);
  assert.deepEqual([second?.reasons, second?.actor], [['better on what came since'], 'ensemble']);
  assert.equal(await registry.promote('trial', { ...decision(2, 'p'), from: 1 }), undefined);
  assert.equal(await registry.reject('trial', decision(2, 'r')), false, 'a live version is not rejected');
  assert.equal(stateOf().live, 2);

  assert.equal(await inShadow('b', 8), 3);
  assert.equal(await registry.reject('trial', decision(3, 's')), true);
  assert.deepEqual([stateOf().live, stateOf().shadow], [2, null]);
  assert.equal(stateOf().versions.get(3)?.status, 'rejected');
  assert.equal(await registry.reject('trial', decision(3, 's')), false);
});

test('a candidate in shadow whose artifact is gone does not go live', async () => {
  await register('lost');
  const version = await registry.addCandidate({
    model: 'lost',
    onnx: classifier(2, 99),
    profile: {},
    metrics: {},
    parentVersion: 1,
    commandId: 'a',
    eventTime: 5,
    accepted: true,
    rollout: 'shadow',
    reasons: [],
    actor: 'trainer',
  });
  const { artifact: uri, sha256 } = registry.model('lost')?.state.versions.get(version) ?? assert.fail();
  const { files } = (await store.open(uri, sha256)).manifest;
  const model = files['model.onnx']?.sha256 ?? assert.fail();
  const file = join(folder, 'sha256', model.slice(0, 2), model);
  await rename(file, `${file}.away`);
  const decision = { version, from: 1, reason: '', actor: 'test', eventTime: 6 };
  await assert.rejects(registry.promote('lost', decision), hasCode('ARTIFACT_MISSING'));
  assert.equal(registry.model('lost')?.state.live, 1);
  await rename(`${file}.away`, file);
  assert.equal(await registry.promote('lost', decision), 'live');
});

test('a spec is published when it is new or has changed', async () => {
  await register('spec');
  const first = registry.model('spec')?.spec;
  await register('spec', 2);
  assert.equal(registry.model('spec')?.spec, first);
  const changed = await registry.publishSpec({
    ...specOf('spec'),
    drift: { ...specOf('spec').drift, detectors: ['ks'] },
  });
  assert.deepEqual(registry.model('spec')?.spec, changed);
  await assert.rejects(registry.publishSpec({ model: 'spec' }), hasCode('SPEC_INVALID'));
  const drift = { ...specOf('spec').drift, detectors: ['wizard'] };
  await assert.rejects(registry.publishSpec({ ...specOf('spec'), drift }), hasCode('SPEC_INVALID'));
  assert.deepEqual(registry.model('spec')?.spec, changed);
});

test('a spec adds categories at the end, and moves none that versions know', async () => {
  const named = (...categories: string[]) => {
    const spec = specOf('names');
    const features = spec.features.map((feature) => ({ ...feature, kind: 'categorical', categories }));
    return { ...spec, features };
  };
  await registry.publishSpec(named('b', 'a'));
  await registry.publishSpec(named('a', 'b'));
  await register('names');
  await registry.publishSpec(named('x', 'y'));
  await assert.rejects(registry.publishSpec(named('y', 'x')), {
    code: 'SPEC_INVALID',
    message: /renames what its versions know by number: category 0 of feature 'f0' is 'x', and would be 'y'/,
  });
  await registry.publishSpec(named('x', 'y', 'z'));
});

test('what others put on the topic that is no valid spec is ignored', async () => {
  await register('guarded');
  const wrong = { ...specOf('guarded'), classes: 7 };
  await producer.send('model.specs', [{ key: 'guarded', value: wrong }]);
  await registry.sync();
  assert.equal(registry.model('guarded')?.spec.classes, 2);
});

test('unknown models and versions are named', async () => {
  await register('known');
  await assert.rejects(registry.artifact('nobody', 1), hasCode('MODEL_UNKNOWN'));
  await assert.rejects(registry.artifact('known', 2), hasCode('VERSION_UNKNOWN'));
  await assert.rejects(
    registry.rollback('known', { to: 2, reason: 'r', actor: 'user' }),
    hasCode('VERSION_UNKNOWN'),
  );
  await assert.rejects(
    registry.register({
      spec: specOf('misfit', 3),
      onnx: classifier(2, 1),
      profile: {},
      metrics: {},
      publish: true,
    }),
    hasCode('MODEL_INVALID'),
  );
});

async function putCandidate(): Promise<{ artifact: string; sha256: string }> {
  const { uri, sha256 } = await store.put(
    { 'model.onnx': classifier(2, 8) },
    {
      model: 'killed',
      version: 2,
      task: 'binary',
      input: { name: 'x', shape: ['rows', 2] },
      output: { name: 'y', shape: ['rows', 2] },
      lineage: { parentVersion: 1, commandId: 'c', actor: 'trainer' },
    },
  );
  return { artifact: uri, sha256 };
}
