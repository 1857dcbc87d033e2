import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReplayRecord } from '@driftloop/drift';
import { runLoop } from '../../src/loop/loop.ts';
import { beginning, engine, history, partitions, TURNED_AT } from './turned-world.ts';

const begun = await beginning();
const run = (records: readonly ReplayRecord[], trainingMs = 0) =>
  runLoop({ ...begun, engine, records, partitions, trainingMs });

const found = await run(history());

test('a turned concept is found, learnt and answered right again, where the first version stays wrong', () => {
  const published = found.endings.filter(({ outcome }) => outcome === 'published');
  assert.ok(published.length > 0, JSON.stringify(found.endings));
  assert.ok(published.every(({ rows, steps }) => rows >= 300 && steps > 0));
  const last = found.scores.at(-1) ?? assert.fail();
  assert.ok(last.backtest > 0.8, String(last.backtest));
  assert.ok(last.frozen < 0.3, String(last.frozen));
  const before = found.scores.filter(
    ({ windowStart }) => windowStart < begun.events[0]!.eventTime + TURNED_AT * 900,
  );
  assert.ok(before.every(({ backtest, frozen }) => backtest === frozen));
});

test('the same slice gives the same bytes, in whatever order its topics were read', async () => {
  const text = JSON.stringify(found);
  assert.equal(JSON.stringify(await run(history())), text);
  const byTopic = history().sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0));
  assert.equal(JSON.stringify(await run(byTopic)), text);
});

test('a version that takes time to train answers later', async () => {
  const late = await run(history(), 3_000);
  const [atOnce, later] = [found, late].map(({ endings }) =>
    endings.find(({ outcome }) => outcome === 'published'),
  );
  assert.equal(later?.eventTime, atOnce?.eventTime);
  assert.ok((later?.endedAt ?? 0) >= (atOnce?.endedAt ?? 0) + 3_000);
});

test('a label from the future changes nothing before it arrives', async () => {
  const records = history();
  const first = found.endings.find(({ outcome }) => outcome === 'published') ?? assert.fail();
  // All labels that have not arrived when the first candidate goes live say the opposite.
  const lied = records.map((record): ReplayRecord => {
    if (record.topic !== 'inference.labels' || record.timestamp <= first.endedAt) return record;
    return { ...record, value: { ...record.value, label: 1 - record.value.label } };
  });
  const other = await run(lied);
  const upTo = ({ endings, verdicts }: typeof found) => ({
    endings: endings.filter(({ endedAt }) => endedAt <= first.endedAt),
    // Their event times tell less: a late label may say something of an early window.
    verdicts: verdicts.slice(0, 1 + verdicts.findIndex(({ commandId }) => commandId === first.commandId)),
  });
  assert.ok(upTo(found).verdicts.length > 0);
  assert.deepEqual(upTo(other), upTo(found));
  assert.notDeepEqual(other.scores, found.scores);
});
