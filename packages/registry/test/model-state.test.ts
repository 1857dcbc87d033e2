import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelEvent, ModelEventKind } from '@driftloop/schemas';
import fc from 'fast-check';
import { foldModelEvents, initialModelState, type ModelState } from '../src/index.ts';
import { eventOf } from './fixtures/events.ts';

const fold = (events: readonly ModelEvent[]): ModelState =>
  events.reduce(foldModelEvents, initialModelState('m'));
const statusOf = (state: ModelState, version: number) => state.versions.get(version)?.status;

const kinds: ModelEventKind[] = [
  'registered',
  'candidate',
  'rejected',
  'canary',
  'shadow',
  'published',
  'rolledBack',
];
const anyEvent = fc
  .record({
    kind: fc.constantFrom(...kinds),
    version: fc.integer({ min: 1, max: 4 }),
    restoredVersion: fc.option(fc.integer({ min: 1, max: 5 })),
    at: fc.integer({ min: 0, max: 20 }),
    sha: fc.integer({ min: 0, max: 5 }),
  })
  // One event in six comes from someone who lost the race for the number.
  .map(({ sha, ...event }) => eventOf(sha === 0 ? { ...event, sha256: 'f'.repeat(64) } : event));
const anyLog = fc.array(anyEvent, { maxLength: 30 });

test('the life of a model: published, replaced, rolled back', () => {
  const log = [
    eventOf({ version: 1, kind: 'registered', at: 1 }),
    eventOf({ version: 1, kind: 'published', at: 2, eventTime: 20, metrics: { accuracy: 0.8 } }),
    eventOf({ version: 2, kind: 'registered', at: 3, parentVersion: 1, commandId: 'c' }),
    eventOf({ version: 2, kind: 'candidate', at: 4 }),
    eventOf({ version: 2, kind: 'published', at: 5, eventTime: 50 }),
  ];
  const state = fold(log);
  assert.equal(state.live, 2);
  assert.deepEqual(state.previousLive, [1]);
  assert.equal(statusOf(state, 1), 'retired');
  const second = state.versions.get(2);
  assert.equal(second?.parentVersion, 1);
  assert.equal(second?.commandId, 'c');
  assert.equal(second?.publishedAt, 5);
  assert.equal(second?.eventTime, 50);
  assert.deepEqual(state.versions.get(1)?.metrics, { accuracy: 0.8 });

  const back = foldModelEvents(
    state,
    eventOf({ version: 2, kind: 'rolledBack', at: 6, eventTime: 60, restoredVersion: 1 }),
  );
  assert.equal(back.live, 1);
  assert.deepEqual([back.versions.get(1)?.publishedAt, back.versions.get(1)?.eventTime], [6, 60]);
  assert.equal(statusOf(back, 2), 'rolledBack');
  assert.deepEqual(back.previousLive, []);
});

test('a canary becomes live, or is rejected, or gives way to the next', () => {
  const base = [eventOf({ version: 1, kind: 'published' }), eventOf({ version: 2, kind: 'canary' })];
  assert.equal(fold(base).canary, 2);
  assert.equal(fold(base).live, 1);
  const published = fold([...base, eventOf({ version: 2, kind: 'published' })]);
  assert.deepEqual([published.live, published.canary], [2, null]);
  const rejected = fold([...base, eventOf({ version: 2, kind: 'rejected' })]);
  assert.deepEqual([rejected.live, rejected.canary, statusOf(rejected, 2)], [1, null, 'rejected']);
  const next = fold([...base, eventOf({ version: 3, kind: 'canary' })]);
  assert.deepEqual([next.canary, statusOf(next, 2)], [3, 'candidate']);
});

test('a candidate in shadow becomes live, is rejected or taken down, or gives way to the next', () => {
  const base = [eventOf({ version: 1, kind: 'published' }), eventOf({ version: 2, kind: 'shadow' })];
  const inShadow = fold(base);
  assert.deepEqual([inShadow.live, inShadow.shadow, statusOf(inShadow, 2)], [1, 2, 'shadow']);
  const after = (...events: ModelEvent[]) => fold([...base, ...events]);
  const published = after(eventOf({ version: 2, kind: 'published' }));
  assert.deepEqual([published.live, published.shadow, published.previousLive], [2, null, [1]]);
  const rejected = after(eventOf({ version: 2, kind: 'rejected' }));
  assert.deepEqual([rejected.live, rejected.shadow, statusOf(rejected, 2)], [1, null, 'rejected']);
  const takenDown = after(eventOf({ version: 2, kind: 'rolledBack' }));
  assert.deepEqual([takenDown.live, takenDown.shadow, statusOf(takenDown, 2)], [1, null, 'rolledBack']);
  const next = after(eventOf({ version: 3, kind: 'shadow' }));
  assert.deepEqual([next.shadow, statusOf(next, 2)], [3, 'candidate']);
});

test('a candidate in shadow becomes the canary, and then live', () => {
  const base = [
    eventOf({ version: 1, kind: 'published' }),
    eventOf({ version: 2, kind: 'canary' }),
    eventOf({ version: 3, kind: 'shadow' }),
    eventOf({ version: 3, kind: 'canary' }),
  ];
  const canary = fold(base);
  assert.deepEqual([canary.live, canary.canary, canary.shadow], [1, 3, null]);
  assert.deepEqual([statusOf(canary, 2), statusOf(canary, 3)], ['candidate', 'canary']);
  const live = foldModelEvents(canary, eventOf({ version: 3, kind: 'published' }));
  assert.deepEqual([live.live, live.canary], [3, null]);
});

test('a version that goes live ends the canary of those before it', () => {
  const base = [eventOf({ version: 1, kind: 'published' }), eventOf({ version: 3, kind: 'canary' })];
  const overtaken = fold([...base, eventOf({ version: 4, kind: 'published' })]);
  assert.deepEqual([overtaken.live, overtaken.canary, statusOf(overtaken, 3)], [4, null, 'candidate']);
  const late = foldModelEvents(overtaken, eventOf({ version: 2, kind: 'canary' }));
  assert.deepEqual([late.canary, statusOf(late, 2)], [null, 'registered']);
  assert.equal(fold([...base, eventOf({ version: 2, kind: 'published' })]).canary, 3);
});

test('a version that goes live ends the shadow of those before it, and of none after it', () => {
  const base = [eventOf({ version: 1, kind: 'published' }), eventOf({ version: 3, kind: 'shadow' })];
  const overtaken = fold([...base, eventOf({ version: 4, kind: 'published' })]);
  assert.deepEqual([overtaken.live, overtaken.shadow, statusOf(overtaken, 3)], [4, null, 'candidate']);
  const late = foldModelEvents(overtaken, eventOf({ version: 2, kind: 'shadow' }));
  assert.deepEqual([late.shadow, statusOf(late, 2)], [null, 'registered']);
  const older = fold([...base, eventOf({ version: 2, kind: 'published' })]);
  assert.deepEqual([older.live, older.shadow], [2, 3]);
  // Brought back, a version has gone live, too.
  const back = fold([
    eventOf({ version: 5, kind: 'published', at: 1 }),
    eventOf({ version: 2, kind: 'published', at: 2 }),
    eventOf({ version: 3, kind: 'shadow', at: 3 }),
    eventOf({ version: 2, kind: 'rolledBack', at: 4, restoredVersion: 5 }),
  ]);
  assert.deepEqual([back.live, back.shadow, statusOf(back, 3)], [5, null, 'candidate']);
});

test('the first registration of a number wins', () => {
  const lost = eventOf({ version: 1, kind: 'registered', sha256: 'e'.repeat(64) });
  const state = fold([eventOf({ version: 1, kind: 'registered' }), lost, { ...lost, kind: 'published' }]);
  assert.equal(state.live, null);
  assert.equal(state.versions.get(1)?.sha256, eventOf({ version: 1, kind: 'registered' }).sha256);
});

test('events that come too late change nothing', () => {
  const live = fold([eventOf({ version: 1, kind: 'published' })]);
  for (const kind of ['candidate', 'rejected', 'canary', 'shadow'] as const)
    assert.equal(foldModelEvents(live, eventOf({ version: 1, kind })).live, 1);
});

test('a rollback without a version to restore leaves the model without a live one', () => {
  const state = fold([
    eventOf({ version: 1, kind: 'published' }),
    eventOf({ version: 1, kind: 'rolledBack' }),
  ]);
  assert.equal(state.live, null);
});

test('any prefix of any log is a valid state', () => {
  fc.assert(
    fc.property(anyLog, (log) => {
      let state = initialModelState('m');
      for (const event of log) {
        state = foldModelEvents(state, event);
        const withStatus = (status: string) =>
          [...state.versions.values()].filter((version) => version.status === status).map((v) => v.version);
        assert.deepEqual(withStatus('live'), state.live === null ? [] : [state.live]);
        assert.deepEqual(withStatus('canary'), state.canary === null ? [] : [state.canary]);
        assert.deepEqual(withStatus('shadow'), state.shadow === null ? [] : [state.shadow]);
        if (state.shadow !== null) assert.ok(state.shadow > (state.live ?? 0));
        if (state.canary !== null) assert.ok(state.canary > (state.live ?? 0));
        assert.equal(new Set(state.previousLive).size, state.previousLive.length);
        for (const version of state.previousLive) assert.equal(statusOf(state, version), 'retired');
      }
    }),
    { numRuns: 500 },
  );
});

test('an event that is repeated, at once or later, changes nothing', () => {
  fc.assert(
    fc.property(anyLog, fc.nat(), fc.nat(), (log, from, gap) => {
      if (log.length === 0) return;
      const first = from % log.length;
      const again = first + 1 + (gap % (log.length - first));
      const event = log[first];
      assert.ok(event);
      assert.deepEqual(fold([...log.slice(0, again), event, ...log.slice(again)]), fold(log));
    }),
    { numRuns: 500 },
  );
});

test('what is said again for the same command, at another time, changes nothing', () => {
  const log = [
    eventOf({ version: 1, kind: 'published', at: 1 }),
    eventOf({ version: 2, kind: 'candidate', at: 2, commandId: 'c' }),
    eventOf({ version: 2, kind: 'published', at: 3, commandId: 'c' }),
    eventOf({ version: 2, kind: 'rolledBack', at: 4, restoredVersion: 1 }),
  ];
  const late = eventOf({ version: 2, kind: 'published', at: 63, commandId: 'c' });
  assert.deepEqual(fold([...log, late]), fold(log));
  assert.equal(fold([...log, late]).live, 1);
  fc.assert(
    fc.property(anyLog, fc.nat(), fc.nat(), (events, from, gap) => {
      if (events.length === 0) return;
      const commanded = events.map((event, index) => ({ ...event, commandId: `c${index}` }));
      const first = from % commanded.length;
      const again = first + 1 + (gap % (commanded.length - first));
      const event = commanded[first];
      assert.ok(event);
      const repeated = { ...event, at: event.at + 100 };
      const log = [...commanded.slice(0, again), repeated, ...commanded.slice(again)];
      assert.deepEqual(fold(log), fold(commanded));
    }),
    { numRuns: 500 },
  );
});

test('folding changes no earlier state', () => {
  fc.assert(
    fc.property(anyLog, anyEvent, (log, event) => {
      const before = fold(log);
      const copy = structuredClone(before);
      foldModelEvents(before, event);
      assert.deepEqual(before, copy);
    }),
  );
});
