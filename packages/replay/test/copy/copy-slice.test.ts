import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TypedProducer } from '@driftloop/bus';
import { copySlice } from '../../src/copy/copy-slice.ts';
import { history } from '../loop/turned-world.ts';

/** A clock on which time passes only while somebody sleeps, and what was sent at which moment. */
function world() {
  let now = 1_000;
  const sent: { at: number; topic: string; partition: number | undefined; id: string; eventTime: number }[] =
    [];
  const producer: Pick<TypedProducer, 'send'> = {
    async send(topic, records) {
      for (const { partition, value } of records) {
        const { requestId, eventTime } = value as { requestId: string; eventTime: number };
        sent.push({ at: now, topic, partition, id: requestId, eventTime });
      }
    },
  };
  const clock = {
    now: () => now,
    monotonicMs: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  return { sent, producer, clock, now: () => now };
}

const records = history().slice(0, 1_000);
const slice = { records, model: 'm', partitions: { requests: 2, labels: 1 } };

test('a slice keeps its order, gaps, partitions and event times, ten times as fast', async () => {
  const { sent, producer, clock } = world();
  assert.equal(await copySlice({ ...slice, producer, clock, speed: 10 }), 1_000);
  assert.equal(sent.length, 1_000);
  for (const { at, topic, id, partition, eventTime } of sent) {
    const from = records.find((record) => record.topic === topic && record.value.requestId === id);
    const due = 1_000 + ((from?.timestamp ?? 0) - (records[0]?.timestamp ?? 0)) / 10;
    assert.ok(at >= due && at <= due + 50, `${id} is due at ${due} and was sent at ${at}`);
    assert.equal(eventTime, from?.value.eventTime);
    const kept = topic === 'inference.requests' || from?.partition === 0 ? from?.partition : undefined;
    assert.equal(partition, kept);
  }
});

test('flat out nothing is waited for; event times are shifted by as much as is asked for', async () => {
  const { sent, producer, clock, now } = world();
  await copySlice({ ...slice, producer, clock, speed: Number.POSITIVE_INFINITY, shiftMs: 7 });
  assert.equal(now(), 1_000);
  assert.equal(sent[0]?.eventTime, (records[0]?.value.eventTime ?? 0) + 7);
});

test('an abort leaves the rest', async () => {
  const { producer, clock } = world();
  const stop = new AbortController();
  const count = await copySlice({
    ...slice,
    producer,
    clock,
    speed: 1,
    signal: stop.signal,
    onProgress: (sent) => {
      if (sent > 100) stop.abort();
    },
  });
  assert.ok(count > 100 && count < 1_000, String(count));
});
