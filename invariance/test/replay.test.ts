import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ReplayRecord, replay } from '@driftloop/drift';
import { createRandom } from '@driftloop/stats';
import { checkSignals, closedOf } from '../src/check/check-run.ts';
import { expectedRows } from '../src/check/expected-rows.ts';
import { type InputLog, PARTITIONS } from '../src/live/input-log.ts';
import { fixedLog } from '../src/log/fixed-log.ts';
import { outputsOf, subjects, versionsOf } from '../src/log/models.ts';

const START_MS = Date.parse('2026-11-28T00:00:00Z');
const SUBJECTS = subjects(START_MS);
const log = fixedLog({ seed: 1, rows: 20_000, startMs: START_MS });

/** The log with its offsets and the answers of both versions to each request. */
function history({ records }: InputLog): ReplayRecord[] {
  const offsets = new Map<string, number>();
  const next = (topic: string, partition: number): number => {
    const offset = offsets.get(`${topic}/${partition}`) ?? 0;
    offsets.set(`${topic}/${partition}`, offset + 1);
    return offset;
  };
  return records.flatMap((record): ReplayRecord[] => {
    const { partition, timestamp } = record;
    const offset = next(record.topic, partition);
    if (record.topic === 'inference.labels') return [{ ...record, offset }];
    const { requestId, model, eventTime, features } = record.value;
    const subject = SUBJECTS.find(({ spec }) => spec.model === model);
    const answers = (['shadow', 'live'] as const).map((role, index): ReplayRecord => {
      const outputs = outputsOf(subject?.spec ?? assert.fail(), subject?.weights[index] ?? [], features);
      const predicted = outputs.length === 1 ? (outputs[0] ?? 0) : Number((outputs[1] ?? 0) > 0.5);
      return {
        topic: 'inference.predictions',
        partition,
        offset: next('inference.predictions', partition),
        timestamp,
        value: {
          ...{
            requestId,
            model,
            version: index + 1,
            eventTime,
            servedAt: timestamp,
            outputs,
            predicted,
            role,
          },
          ...{ requestPartition: partition, requestOffset: offset, requestTime: timestamp },
        },
      };
    });
    return [{ ...record, offset }, ...answers];
  });
}

function replayAll(records: readonly ReplayRecord[]) {
  const input = PARTITIONS;
  const partitions = {
    'inference.requests': input,
    'inference.predictions': input,
    'inference.labels': input,
  };
  return SUBJECTS.map((subject) =>
    replay({
      spec: subject.spec,
      versions: versionsOf(subject, 1).map(({ profile }, index) => ({ version: index + 1, profile })),
      live: [{ version: 2, since: START_MS - 1 }],
      records,
      partitions,
    }),
  );
}

const records = history(log);
const concluded = replayAll(records);

test('a replay of the fixed log has every row that is due in its window', () => {
  const expected = expectedRows(log);
  const signals = concluded.flatMap((result) => result.signals.map((signal) => ({ ...signal })));
  const checks = checkSignals(log.specs, expected, closedOf(log.specs, expected), signals);
  for (const [name, { due, windows, lost, repeated, unexpected, examples }] of checks) {
    assert.deepEqual(
      { name, lost, repeated, unexpected, examples },
      { name, lost: 0, repeated: 0, unexpected: 0, examples: [] },
    );
    assert(due > 1_000 && windows >= 3, `${name}: ${due} rows in ${windows} windows`);
  }
  const commands = concluded.flatMap((result) => result.commands);
  assert(commands.length > 0, 'the log leads to commands');
});

test('partitions and topics may come in any order', () => {
  const random = createRandom(5);
  const queues = [...Map.groupBy(records, ({ topic, partition }) => `${topic}/${partition}`).values()];
  const places = queues.map(() => 0);
  const mixed: ReplayRecord[] = [];
  while (mixed.length < records.length) {
    const queue = random.integer(queues.length);
    const taken = queues[queue]?.slice(places[queue], (places[queue] ?? 0) + 50) ?? [];
    places[queue] = (places[queue] ?? 0) + taken.length;
    mixed.push(...taken);
  }
  assert.deepEqual(replayAll(mixed), concluded);
});
