import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bus } from '@driftloop/bus';
import type { ModelEvent } from '@driftloop/schemas';
import { followEndedCommands } from '../src/commands/ended-commands.ts';

/** How commands ended, by these events. */
async function endsAfter(...events: readonly Partial<ModelEvent>[]) {
  const values = events.map((event): ModelEvent => ({ ...BASE, ...event }));
  const follow = async (_topic: string, take: (records: readonly { value: ModelEvent }[]) => void) => {
    take(values.map((value) => ({ value })));
    return { health: () => ({ ok: true }), close: async () => {} };
  };
  return followEndedCommands({ follow } as unknown as Bus, () => {});
}

const BASE: ModelEvent = {
  model: 'elec',
  version: 2,
  kind: 'candidate',
  restoredVersion: null,
  at: 0,
  eventTime: 0,
  artifact: '',
  sha256: '',
  parentVersion: 1,
  commandId: 'c',
  metrics: {},
  reasons: ['so'],
  actor: 'trainer',
};

test('a command whose candidate is in shadow has ended so, whatever becomes of the candidate later', async () => {
  const ends = await endsAfter(
    { kind: 'candidate' },
    { kind: 'shadow' },
    { kind: 'canary', commandId: 'step' },
    { kind: 'published', commandId: 'promote' },
    { kind: 'rejected', commandId: 'reject' },
  );
  assert.deepEqual(ends.get('c'), { phase: 'shadow', version: 2, reasons: ['so'] });
  assert.equal(ends.get('step')?.phase, 'canary');
  assert.equal(ends.get('promote')?.phase, 'published');
  assert.equal(ends.get('reject')?.phase, 'rejected');
});

test('a command has not ended while its candidate is neither published, in shadow nor rejected', async () => {
  const ends = await endsAfter({ kind: 'candidate' }, { kind: 'registered', commandId: 'r' });
  assert.deepEqual([ends.get('c'), ends.get('r')], [undefined, undefined]);
});
