import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bus } from '@driftloop/bus';
import type { LoggedDecision } from '../src/decisions.ts';
import type { Letter } from '../src/letters.ts';
import { type Begun, sentBefore } from '../src/sent-before.ts';

const bytes = (text: string | null) => (text === null ? null : Buffer.from(text));

function begun(
  place: { partition?: number; offset: number },
  [key, value]: readonly [string | null, string | null],
  ...earlier: { after: number; mended?: boolean }[]
): Begun {
  const letter = {
    topic: 'inference.requests',
    partition: 0,
    ...place,
    key: bytes(key),
    value: bytes(value),
  };
  return {
    letter: letter as unknown as Letter,
    earlier: earlier.map((decision) => ({ decision, loggedAt: 0 }) as unknown as LoggedDecision),
  };
}

/** Partitions as keys and values, and what was read of them. */
function logOf(partitions: readonly (readonly (readonly [string | null, string | null])[])[]) {
  const reads: string[] = [];
  const bus = {
    async *bytes(_topic: string, partition: number, from: number) {
      reads.push(`${partition} from ${from}`);
      const records = (partitions[partition] ?? []).map(([key, value], offset) => ({
        offset,
        key: bytes(key),
        value: bytes(value),
      }));
      for (const record of records.slice(from)) yield [record];
    },
  } as unknown as Bus;
  return { bus, reads };
}

test('what lies on the log again was sent, by bytes, or by key where it was mended', async () => {
  const { bus, reads } = logOf([
    [
      ['a', '1'],
      ['b', '1'],
      ['a', '1'],
      ['c', '9'],
      [null, '1'],
    ],
    [['a', '1']],
  ]);
  const sent = [
    begun({ offset: 0 }, ['a', '1'], { after: 2 }),
    begun({ offset: 10 }, ['c', '1'], { after: 2, mended: true }),
    begun({ offset: 11 }, [null, '1'], { after: 2 }),
    begun({ offset: 12, partition: 1 }, ['a', '1'], { after: 7 }, { after: 0 }),
  ];
  const unsent = [
    // Nobody began.
    begun({ offset: 20 }, ['a', '1']),
    // There before somebody began, and not since.
    begun({ offset: 21 }, ['b', '1'], { after: 3 }),
    begun({ offset: 22 }, ['c', '1'], { after: 1 }),
    begun({ offset: 23 }, ['', '1'], { after: 1 }),
  ];
  const found = await sentBefore(bus, [...unsent, ...sent]);
  assert.deepEqual(
    [...found].map(({ offset }) => offset).sort((a, b) => a - b),
    sent.map(({ letter }) => letter.offset),
  );
  // Each partition once.
  assert.deepEqual(reads, ['0 from 1', '1 from 0']);
});
