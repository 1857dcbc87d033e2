import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bus, BusRecord } from '@driftloop/bus';
import type { EventTopic } from '../src/events/event.ts';
import { followEvents } from '../src/events/live-events.ts';

const crash = (error: unknown) => assert.fail(String(error));

type Command = BusRecord<'retrain.commands'>;

/** A command as far as events look at it. */
function command(offset: number, partition = 0): Command {
  const value = { model: 'm', commandId: `${partition}/${offset}`, action: 'retrain', reasons: [] };
  return {
    topic: 'retrain.commands',
    partition,
    offset,
    timestamp: 0,
    key: 'm',
    value,
  } as unknown as Command;
}

/** A bus whose log of commands holds some records, and on which a test says what comes. */
function stubBus(kept: readonly Command[], high: number) {
  const handlers = new Map<EventTopic, (records: BusRecord<EventTopic>[]) => void>();
  let whileReading: () => void = () => undefined;
  const bus = {
    offsets: async (topic: EventTopic) =>
      topic === 'retrain.commands' ? [{ partition: 0, low: 0, high }] : [{ partition: 0, low: 0, high: 0 }],
    follow: async (topic: EventTopic, handler: (records: BusRecord<EventTopic>[]) => void) => {
      handlers.set(topic, handler);
      return { health: () => ({ ok: true }), close: async () => undefined };
    },
    async *slice(topic: EventTopic, { from = 0 }: { from?: number }) {
      if (topic !== 'retrain.commands') return;
      whileReading();
      yield kept.filter(({ offset }) => offset >= from);
    },
  };
  return {
    bus: bus as unknown as Pick<Bus, 'follow' | 'slice' | 'offsets'>,
    come: (...records: Command[]) => handlers.get('retrain.commands')?.(records),
    /** Called when what was is about to be read. */
    onRead(what: () => void) {
      whileReading = what;
    },
  };
}

test('what comes while what was is read is told once, and after it', async () => {
  const kept = [0, 1, 2, 3, 4].map((offset) => command(offset));
  const { bus, come, onRead } = stubBus(kept, 3);
  const events = await followEvents(bus, crash);
  // The end of the log comes by both ways.
  onRead(() => come(command(3), command(4)));
  const ending = new AbortController();
  const told: string[] = [];
  for await (const { event } of events.read('2.0.1', { signal: ending.signal })) {
    told.push(String(event.data.commandId));
    if (told.length === 4) come(command(4), command(5));
    if (told.length === 5) ending.abort();
  }
  assert.deepEqual(told, ['0/1', '0/2', '0/3', '0/4', '0/5']);
});

test('whoever reads too slowly is let go, with an id to go on from', async () => {
  const { bus, come } = stubBus([], 0);
  const events = await followEvents(bus, crash);
  const reader = events.read(undefined, { signal: new AbortController().signal });
  const first = reader.next();
  come(command(0));
  const { id } = (await first).value ?? assert.fail();
  come(...Array.from({ length: 10_001 }, (_, i) => command(i + 1)));
  assert.equal((await reader.next()).done, true);
  assert.match(id, /2\.0\.1/);
});

test('all who read are let go when it is closed', async () => {
  const { bus } = stubBus([], 0);
  const events = await followEvents(bus, crash);
  const waiting = events.read(undefined, { signal: new AbortController().signal }).next();
  await events.close();
  assert.equal((await waiting).done, true);
});
