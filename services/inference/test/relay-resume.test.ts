import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bus } from '@driftloop/bus';
import type { InferencePrediction } from '@driftloop/schemas';
import { createRelay, type RelayParts } from '../src/relay/relay.ts';
import { prediction } from './fixtures/records.ts';

const PARTITION = 3;

/**
 * A relay over a requests topic that holds the offsets `low` to `high` − 1, whose request at an
 * offset is `idAt`.
 */
function relayOver(
  tail: readonly InferencePrediction[],
  { low, high, idAt }: { low: number; high: number; idAt: (offset: number) => string },
) {
  const warnings: string[] = [];
  const { requestTime: timestamp } = prediction(0);
  const bus = {
    tail: async () => tail.map((value) => ({ value })),
    offsets: async () => [{ partition: PARTITION, low, high }],
    async *slice(_topic: string, { from, to }: { from: number; to: number }) {
      assert.ok(from >= low && to <= high, 'only what is there is asked for');
      yield Array.from({ length: to - from }, (_, i) => ({
        offset: from + i,
        timestamp,
        value: { requestId: idAt(from + i) },
      }));
    },
  } as unknown as Bus;
  const logger = { info: () => undefined, warn: (_: unknown, text: string) => warnings.push(text) };
  const relay = createRelay({ bus, logger } as unknown as RelayParts);
  return { start: () => relay.onAssigned('inference.requests', PARTITION), warnings };
}

const idOf = (offset: number) => prediction(offset).requestId;

test('goes on after the last answer where its request is still there', async () => {
  const { start, warnings } = relayOver([prediction(8), prediction(9)], { low: 0, high: 12, idAt: idOf });
  assert.equal(await start(), 10);
  assert.deepEqual(warnings, []);
});

test('a topic that was made anew and has grown past the old answers is answered from its beginning, with a warning', async () => {
  const tail = [0, 1, 2, 3, 4].map((offset) => prediction(offset));
  const { start, warnings } = relayOver(tail, { low: 0, high: 20, idAt: (offset) => `anew-${offset}` });
  assert.equal(await start(), undefined);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /made anew/);
});

test('one that is shorter too; answers to its own requests count although older ones name higher offsets', async () => {
  const idAt = (offset: number) => `anew-${offset}`;
  const old = [40, 41].map((offset) => prediction(offset));
  const own = [0, 1].map((offset) => ({ ...prediction(offset), requestId: idAt(offset) }));
  assert.equal(await relayOver(old, { low: 0, high: 5, idAt }).start(), undefined);
  assert.equal(await relayOver([...old, ...own], { low: 0, high: 5, idAt }).start(), 2);
});

test('where the last answered request has expired, there is nothing to go on after', async () => {
  const { start, warnings } = relayOver([prediction(4)], { low: 7, high: 9, idAt: idOf });
  assert.equal(await start(), undefined);
  assert.deepEqual(warnings, []);
});
