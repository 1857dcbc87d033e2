import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bus, TypedProducer } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import type { Warehouse } from '@driftloop/warehouse';
import type { Letter } from '../src/letters.ts';
import { resendLetters } from '../src/resend.ts';

const LETTER = {
  topic: 'inference.requests',
  partition: 0,
  offset: 7,
  code: 'MODEL_UNKNOWN',
  key: Buffer.from('r'),
  value: Buffer.from('v'),
} as unknown as Letter;

/** Topics in memory; the machine sleeps for so long after the claim was written. */
function world(sleepMs: number) {
  let now = 1_000_000;
  const decisions: { key: string; value: { kind: string }; timestamp: number }[] = [];
  const sent: string[] = [];
  const bus = {
    async *slice() {
      if (decisions.length > 0) yield decisions;
    },
    offsets: async () => [{ partition: 0, low: 0, high: 9 }],
  } as unknown as Bus;
  const producer = {
    async send(topic: string, records: readonly { key: string; value: { kind: string } }[]) {
      if (topic !== 'letter.decisions') return;
      decisions.push(...records.map((record) => ({ ...record, timestamp: now })));
      if (records[0]?.value.kind === 'resending') now += sleepMs;
    },
    async sendBytes(_: string, records: readonly unknown[], { isVoid }: { isVoid(): boolean }) {
      if (isVoid()) throw new DriftloopError('KAFKA_UNAVAILABLE', 'Nobody wants it any more.');
      sent.push(...records.map(() => 'sent'));
    },
  } as unknown as TypedProducer;
  const warehouse = { waitForIngest: async () => undefined } as unknown as Warehouse;
  const resend = () =>
    resendLetters({ bus, producer, warehouse, now: () => now }, [LETTER], { actor: 'a', reason: 'b' });
  return { resend, sent, kinds: () => decisions.map(({ value }) => value.kind) };
}

test('who slept since the claim sends nothing: another may have sent it by then', async () => {
  const asleep = world(300_000);
  await assert.rejects(asleep.resend(), { code: 'LETTER_IN_HAND' });
  assert.deepEqual([asleep.sent, asleep.kinds()], [[], ['resending']]);
  const awake = world(1_000);
  assert.equal((await awake.resend()).resent.length, 1);
  assert.deepEqual([awake.sent, awake.kinds()], [['sent'], ['resending', 'resent']]);
});
