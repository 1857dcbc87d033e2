import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { InferenceLabel, InferenceRequest, ModelSpec, RetrainCommand } from '@driftloop/schemas';
import { createTrainerWorld, type Rows, type TrainerWorld, tableOf, timeOf } from './fixtures/trainer.ts';

const rule = (row: Float32Array) => Number(row[0]! + 0.5 * row[1]! > 0);

let world: TrainerWorld;
before(async () => {
  world = await createTrainerWorld(['trainer', 'inference']);
});
after(() => world.close());

/** Streams one row after another as it is given: its features and its label. */
async function streamRaw(
  model: string,
  firstRow: number,
  rows: readonly (readonly [features: readonly number[], label: number])[],
): Promise<Rows> {
  const keyed = <T extends { requestId: string }>(value: T) => ({ key: value.requestId, value });
  const requests: InferenceRequest[] = [];
  const labels: InferenceLabel[] = [];
  for (const [index, [features, label]] of rows.entries()) {
    const about = {
      requestId: `${model}-raw-${firstRow + index}`,
      model,
      eventTime: timeOf(firstRow + index),
    };
    requests.push({ ...about, features: Float32Array.from(features) });
    labels.push({ ...about, label });
  }
  const { producer } = world.connections;
  await producer.send('inference.requests', requests.map(keyed));
  await producer.send('inference.labels', labels.map(keyed));
  return { from: firstRow, to: firstRow + rows.length };
}

const repeat = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));
const good = (index: number) => [Math.sin(index), Math.cos(index * 7), 0, 0];

/**
 * Runs a command that must come to no candidate: the reason is told, nothing of it is on
 * model.events, and version 1 answers on.
 */
async function assertEnds(
  command: RetrainCommand,
  phase: 'rejected' | 'failed',
  reason: RegExp,
): Promise<void> {
  await world.send(command);
  const end = await world.ended(command);
  assert.equal(end.phase, phase, end.message);
  assert.match(end.message, reason);
  assert.equal(end.version, null);
  const { registry, bus, producer } = world.connections;
  await registry.sync();
  assert.deepEqual(
    world.events.filter(({ commandId }) => commandId === command.commandId),
    [],
  );
  assert.equal(registry.model(command.model)?.state.live, 1);

  const requestId = `after-${command.commandId}`;
  const value = {
    requestId,
    model: command.model,
    eventTime: command.eventTime,
    features: new Float32Array(4),
  };
  await producer.send('inference.requests', [{ key: requestId, value }]);
  for (;;) {
    for await (const records of bus.slice('inference.predictions', { by: 'offset' })) {
      const answer = records.find(({ value: prediction }) => prediction.requestId === requestId);
      if (answer) return assert.equal(answer.value.version, 1);
    }
  }
}

test('rows that nothing can be learnt from end the command as rejected with the reason, and the live version serves on', async () => {
  await world.register('m', tableOf(1_000, 1, rule));
  await assertEnds(
    await world.command('m', { from: 1_000, to: 2_000 }),
    'rejected',
    /^DATA_INVALID: .*holds 0 labelled rows/,
  );

  const before = await world.command('m', { from: 0, to: 1_000 });
  const elsewhere = { labelsThrough: [{ partition: 1, offset: 99_999_999 }] };
  await assertEnds(
    { ...before, ...elsewhere, commandId: 'of another topic' },
    'rejected',
    /^DATA_INVALID: .*offset 99999999 of partition 1, where inference.labels ends at \d+/,
  );

  const oneClass = await streamRaw(
    'm',
    2_000,
    repeat(400, (index) => [good(index), 1] as const),
  );
  await assertEnds(
    await world.command('m', oneClass),
    'rejected',
    /^DATA_INVALID: .*all 400 labels are of class 1/,
  );

  // None of these reaches training: what is not finite, of another length or of no class is left
  // out where rows are read.
  const bad = await streamRaw(
    'm',
    3_000,
    repeat(400, (index) =>
      index % 4 === 0
        ? ([[Number.NaN, 0, 0, 0], 1] as const)
        : index % 4 === 1
          ? ([[0, Number.POSITIVE_INFINITY, 0, 0], 0] as const)
          : index % 4 === 2
            ? ([[1, 2, 3], 1] as const)
            : ([good(index), index % 8 === 3 ? 7 : 0.5] as const),
    ),
  );
  await assertEnds(await world.command('m', bad), 'rejected', /^DATA_INVALID: .*holds 0 labelled rows/);

  // Beside good rows they do no harm.
  await world.stream('m', tableOf(2_000, 2, rule), 4_000);
  const mixed = await world.command('m', { from: 3_000, to: 6_000 });
  await world.send(mixed);
  const end = await world.ended(mixed);
  assert.match(end.phase, /published|rejected/, end.message);
  assert(world.progressOf(mixed.commandId).some(({ message }) => /training on 2000 rows/.test(message)));
});

test('a diverging loss ends the command as rejected, and the next command is carried out', async () => {
  const regression = (spec: ModelSpec): ModelSpec => ({ ...spec, task: 'regression', classes: 0 });
  const slope = (row: Float32Array) => row[0]! + 2 * row[1]!;
  await world.register('value', tableOf(1_000, 3, slope), regression);
  const absurd = await streamRaw(
    'value',
    1_000,
    repeat(600, (index) => [good(index), 1e30 * Math.sin(index)] as const),
  );
  await assertEnds(
    await world.command('value', absurd),
    'rejected',
    /^TRAINING_FAILED: .*training loss is (Infinity|NaN)/,
  );

  await world.stream('value', tableOf(2_000, 4, slope), 2_000);
  const next = await world.command('value', { from: 2_000, to: 4_000 });
  await world.send(next);
  assert.match((await world.ended(next)).phase, /published|rejected/);
});

test('a spec that the live version does not fit, and a strategy that there is not, end the command as failed with the reason', async () => {
  await world.register('shape', tableOf(1_000, 5, rule));
  await world.stream('shape', tableOf(1_000, 6, rule), 1_000);
  const strategy = await world.command('shape', { from: 1_000, to: 2_000 }, { strategy: 'guessing' });
  await assertEnds(strategy, 'failed', /^STRATEGY_UNKNOWN: .*use one of auto, naive/);

  const { registry } = world.connections;
  const spec = registry.model('shape')?.spec ?? assert.fail();
  await registry.publishSpec({ ...spec, features: spec.features.slice(0, 3) });
  const wide = await streamRaw(
    'shape',
    3_000,
    repeat(400, (index) => [good(index).slice(0, 3), index % 2] as const),
  );
  const command = await world.command('shape', wide);
  await world.send(command);
  const end = await world.ended(command);
  assert.equal(end.phase, 'failed');
  assert.match(end.message, /^MODEL_INVALID: Version 1 .* takes 4 features, its spec names 3/);
});
