import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderOf, type TrialOrder } from '@driftloop/continual';
import { foldModelEvents, type ModelEntry, type ModelState } from '@driftloop/registry';
import type { ModelEvent, RetrainCommand } from '@driftloop/schemas';
import { createLogger } from '@driftloop/service';
import { createProgress } from '../src/commands/progress.ts';
import { decide, type TrialRegistry } from '../src/outcome/decide.ts';
import { commandOf } from './fixtures/command.ts';

const event = (kind: ModelEvent['kind'], version: number, given: Partial<ModelEvent> = {}): ModelEvent => ({
  model: 'elec',
  version,
  kind,
  restoredVersion: null,
  at: 10 * version,
  eventTime: 0,
  artifact: '',
  sha256: String(version),
  parentVersion: version === 3 ? 2 : null,
  commandId: null,
  metrics: {},
  reasons: [],
  actor: 'trainer',
  ...given,
});
const LIVE_AND_SHADOW = [event('published', 1), event('published', 2), event('shadow', 3)];

/** Decides in a model of these events; what the registry was asked, and what was told. */
async function decideIn(
  events: readonly ModelEvent[],
  fields: Partial<RetrainCommand>,
  became: 'live' | 'canary' = 'live',
) {
  const state = events.reduce<ModelState | undefined>(foldModelEvents, undefined);
  assert.ok(state);
  const asked: unknown[] = [];
  const isDone = (kind: string, version: number, from: number | undefined, reason: string) => {
    asked.push([kind, version, from, reason]);
    return (state.shadow ?? state.canary) === version && state.live === (from ?? state.live);
  };
  const registry: TrialRegistry = {
    model: () => ({ state }) as ModelEntry,
    promote: async (_model, { version, from, reason }) =>
      isDone('promote', version, from, reason) ? became : undefined,
    reject: async (_model, { version, reason }) => isDone('reject', version, undefined, reason),
  };
  const told: unknown[] = [];
  const progress = createProgress(
    {
      send: async (_topic: string, [record]: readonly { value: unknown }[]) => void told.push(record?.value),
    } as never,
    { model: 'elec', commandId: 'c' },
    { now: () => 0, monotonicMs: () => 0 },
  );
  const order = orderOf(
    commandOf({ action: 'promote', restoreVersion: 3, reasons: ['it is better'], ...fields }),
  );
  const logger = createLogger({ name: 'test', level: 'silent' });
  const outcome = await decide(order as TrialOrder, progress, { registry, logger });
  const [end] = told as { phase: string; version: number | null; message: string }[];
  return { outcome, asked, phase: end?.phase, version: end?.version, message: end?.message ?? '' };
}

test('a candidate that has proven better is published in place of the version that it was compared with', async () => {
  const { outcome, asked, phase, version, message } = await decideIn(LIVE_AND_SHADOW, {});
  assert.deepEqual([outcome, phase, version], ['promoted', 'published', 3]);
  assert.deepEqual(asked, [['promote', 3, 2, 'it is better']]);
  assert.match(message, /version 3: it has proven better on trial; it is better/);
});

test('a candidate that has not proven better is rejected', async () => {
  const { outcome, asked, phase } = await decideIn(LIVE_AND_SHADOW, { action: 'reject' });
  assert.deepEqual([outcome, phase], ['rejected', 'rejected']);
  assert.deepEqual(asked, [['reject', 3, undefined, 'it is better']]);
});

test('a decision about a version that is not in shadow any more is superseded', async () => {
  for (const action of ['promote', 'reject'] as const) {
    const { outcome, phase, message } = await decideIn([...LIVE_AND_SHADOW, event('rejected', 3)], {
      action,
    });
    assert.deepEqual([outcome, phase], ['superseded', 'superseded']);
    assert.match(message, /version 3 is not on trial any more/);
  }
});

test('a person need not name the candidate; where there is none, nothing is asked', async () => {
  const byPerson = { restoreVersion: null, issuedBy: 'anna' };
  assert.deepEqual((await decideIn(LIVE_AND_SHADOW, byPerson)).asked, [
    ['promote', 3, undefined, 'it is better'],
  ]);
  const none = await decideIn(LIVE_AND_SHADOW.slice(0, 2), byPerson);
  assert.deepEqual([none.outcome, none.asked], ['superseded', []]);
});

test('a candidate whose parent a person took down is rejected, however good it is', async () => {
  const takenDown = event('rolledBack', 2, { restoredVersion: 1, actor: 'anna', at: 50 });
  const { outcome, asked } = await decideIn([...LIVE_AND_SHADOW, takenDown], { baseVersion: 1 });
  assert.equal(outcome, 'rejected');
  assert.match(
    JSON.stringify(asked),
    /^\[\["reject",3,null,"version 2, which it was trained from, was taken down by anna/,
  );
});

test('a candidate that becomes the canary is told to be one, and nobody reads that it is published', async () => {
  const { outcome, phase, message } = await decideIn(LIVE_AND_SHADOW, {}, 'canary');
  assert.deepEqual([outcome, phase], ['canary', 'canary']);
  assert.match(message, /version 3: it has proven better in shadow, and answers a share of the requests/);
});

test('the canary is decided about like a candidate in shadow', async () => {
  const events = [event('published', 1), event('published', 2), event('canary', 3)];
  const { outcome, asked } = await decideIn(events, { restoreVersion: null, issuedBy: 'anna' });
  assert.deepEqual([outcome, asked], ['promoted', [['promote', 3, undefined, 'it is better']]]);
  assert.equal((await decideIn(events, { action: 'reject' })).outcome, 'rejected');
});
