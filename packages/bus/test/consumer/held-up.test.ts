import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import type { TypedProducer } from '../../src/index.ts';
import { type Fixture, openFixture, requestNumber, until } from '../support/fixture.ts';

const TOPIC = 'inference.requests';
const COUNT = 400;

let fixture: Fixture;
let producer: TypedProducer;
before(async () => {
  fixture = await openFixture();
  producer = await fixture.bus.producer();
  const records = Array.from({ length: COUNT }, (_, i) => ({ ...requestNumber(i), partition: i % 4 }));
  for (let from = 0; from < COUNT; from += 40) await producer.send(TOPIC, records.slice(from, from + 40));
});
after(async () => {
  await producer.close();
  await fixture.close();
});

const passing = () => new DriftloopError('WAREHOUSE_UNAVAILABLE', 'not now', { retriable: true });

test('after an error that passes a partition begins again at its commit, and the others go on', async () => {
  const handled = [0, 0, 0, 0];
  const assigned: [number, number][] = [];
  const gate = { isOpen: false, refusals: 0 };
  const consumer = await fixture.bus.consume({
    group: 'held-up',
    topics: [TOPIC],
    badRecords: 'skip',
    onAssigned: async (_topic, partition, committed) => {
      assigned.push([partition, committed]);
      return undefined;
    },
    async onBatch({ partition, records, firstOffset, lastOffset }) {
      if (partition === 2 && lastOffset >= 30 && !gate.isOpen) {
        gate.refusals++;
        throw passing();
      }
      assert.equal(firstOffset, handled[partition], 'goes on where it left off');
      handled[partition] = lastOffset + 1;
      assert.ok(records.length > 0);
      return { commit: lastOffset + 1 };
    },
    onCrash: (error) => assert.fail(String(error)),
  });
  await until('the others are read to their ends', () => [0, 1, 3].every((p) => handled[p] === COUNT / 4));
  await until('it was tried several times', () => gate.refusals >= 3);
  const { waiting } = consumer.health().detail;
  const topic = `${fixture.prefix}${TOPIC}/2`;
  assert.deepEqual(Object.keys(waiting), [topic]);
  assert.equal(waiting[topic]?.reason, 'not now');
  gate.isOpen = true;
  await until('it is read to its end', () => handled[2] === COUNT / 4);
  await until('nothing waits', () => Object.keys(consumer.health().detail.waiting).length === 0);
  const again = assigned.filter(([partition]) => partition === 2);
  assert.ok(again.length >= 4, 'onAssigned is called with each attempt');
  assert.deepEqual(again.at(-1), again[1], 'and told what is committed by now');
  assert.equal(assigned.length - again.length, 3, 'once for the others');
  await consumer.close();
  const committed = await fixture.bus.groupOffsets('held-up', TOPIC);
  assert.deepEqual(
    committed.map(({ offset }) => offset),
    [100, 100, 100, 100],
  );
});

test('onAssigned and onIdle may fail for a while too; closing does not wait for what is held up', async () => {
  let assignments = 0;
  let idles = 0;
  const consumer = await fixture.bus.consume({
    group: 'idle-held-up',
    topics: ['retrain.commands'],
    badRecords: 'skip',
    idleMs: 20,
    async onAssigned() {
      if (assignments++ < 2) throw passing();
      return undefined;
    },
    async onBatch() {
      return {};
    },
    async onIdle() {
      idles++;
      if (idles < 20) throw passing();
      return {};
    },
    onCrash: (error) => assert.fail(String(error)),
  });
  await until('it was idle several times', () => idles >= 6);
  await consumer.close();
  assert.equal(consumer.health().detail.state, 'closed');
});

test('any other error still ends the consumer', async () => {
  const crashes: unknown[] = [];
  const consumer = await fixture.bus.consume({
    group: 'crashing',
    topics: [TOPIC],
    badRecords: 'skip',
    async onBatch() {
      throw new DriftloopError('WAREHOUSE_UNAVAILABLE', 'never', { retriable: false });
    },
    onCrash: (error) => crashes.push(error),
  });
  await until('it has crashed', () => crashes.length === 1);
  assert.equal(consumer.health().ok, false);
  await consumer.close();
});

test('a follower hands the same records over again after an error that passes', async (t) => {
  const seen: number[] = [];
  let failures = 3;
  const follower = await fixture.bus.follow(TOPIC, (records) => {
    if (failures-- > 0) throw passing();
    seen.push(...records.map(({ value }) => value.eventTime));
  });
  t.after(() => follower.close());
  assert.equal(new Set(seen).size, COUNT);
  assert.equal(seen.length, COUNT);
  assert.deepEqual(follower.health().ok, true);
});
