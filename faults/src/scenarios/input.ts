import type { InputLog, InputRecord } from '@driftloop/invariance';
import type { Random } from '@driftloop/stats';
import type { Scenario } from './scenario.ts';

/** Records that a producer writes in one call. */
const BATCH_RECORDS = 50;

/** Producers that retry, or write side by side. */
export const INPUT: readonly Scenario[] = [
  {
    name: 'partitions are written in another order',
    kind: 'input',
    input: ({ specs, records }, random) => ({ specs, records: interleaved(records, random) }),
    async inject() {},
  },
  {
    name: 'batches of labels are written twice',
    kind: 'input',
    same: ['windows', 'answers by id'],
    input: (log, random) => repeated(log, random, 'inference.labels'),
    async inject() {},
  },
  {
    name: 'batches of requests are written twice',
    kind: 'input',
    same: ['windows', 'answers by id'],
    input: (log, random) => repeated(log, random, 'inference.requests'),
    async inject() {},
  },
];

/** The same order on each partition of a topic, and any between them. */
function interleaved(records: readonly InputRecord[], random: Random): InputRecord[] {
  const lanes = [...Map.groupBy(records, ({ topic, partition }) => `${topic}/${partition}`).values()];
  const order: InputRecord[] = [];
  while (lanes.length > 0) {
    const at = random.integer(lanes.length);
    order.push(...(lanes[at]?.splice(0, 1 + random.integer(BATCH_RECORDS)) ?? []));
    if (lanes[at]?.length === 0) lanes.splice(at, 1);
  }
  return order;
}

/** One batch in ten of a topic comes again, right after itself. */
function repeated({ specs, records }: InputLog, random: Random, topic: InputRecord['topic']): InputLog {
  const written: InputRecord[] = [];
  for (let from = 0; from < records.length; from += BATCH_RECORDS) {
    const batch = records.slice(from, from + BATCH_RECORDS);
    written.push(...batch);
    if (random.integer(10) === 0) written.push(...batch.filter((record) => record.topic === topic));
  }
  return { specs, records: written };
}
