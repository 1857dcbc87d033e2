import type { Bus, BusRecord, Consumer, TypedProducer } from '@driftloop/bus';
import type { Rules } from '@driftloop/notifications';
import type { Clock } from '@driftloop/service';
import type { Meters } from './meters.ts';
import { NOTICED_TOPICS, type Notice, type NoticedTopic, noticeOf } from './notices/notice.ts';
import { raise } from './notices/raise.ts';
import { createVerdictChanges, type VerdictChanges } from './notices/verdict-changes.ts';

/** What the intake works with. */
export interface IntakeParts {
  readonly bus: Pick<Bus, 'consume' | 'slice'>;
  readonly producer: Pick<TypedProducer, 'send'>;
  readonly rules: Rules;
  readonly lateMs: number;
  readonly meters: Pick<Meters, 'raised'>;
  readonly clock: Pick<Clock, 'now'>;
  fail(error: unknown): void;
}

/**
 * Verdicts that are read to know in which state models were; further back a model counts as stable.
 */
const LOOK_BACK = 5_000;

/**
 * Reads what happens and writes down what rules fit, before it commits: killed at any moment, it
 * raises the same again, which is known by its offsets. The first start begins with what happens
 * from then on.
 */
export function startIntake({
  bus,
  producer,
  rules,
  lateMs,
  meters,
  clock,
  fail,
}: IntakeParts): Promise<Consumer> {
  const changes = new Map<number, VerdictChanges>();
  return bus.consume<NoticedTopic>({
    group: 'notifier.intake',
    topics: [...NOTICED_TOPICS],
    fromBeginning: false,
    // Others read them, too, and say so.
    badRecords: 'skip',
    onCrash: fail,
    onRevoked: () => changes.clear(),
    async onAssigned(topic, partition, committed) {
      if (topic === 'drift.verdicts') changes.set(partition, await changesBefore(bus, partition, committed));
      return undefined;
    },
    async onBatch({ topic, partition, records, lastOffset, isStale }) {
      const notices = records.flatMap((record) => noticesOf(record, changes.get(partition)));
      const raised = raise(notices, { topic, partition }, rules, { now: clock.now(), lateMs });
      const outgoing = raised.map((value) => ({ key: value.rule, value }));
      if (outgoing.length > 0) await producer.send('notification.events', outgoing, { isVoid: isStale });
      for (const { rule, states } of raised)
        meters.raised.inc(
          { rule },
          Object.values(states).reduce((sum, count) => sum + count, 0),
        );
      return { commit: lastOffset + 1 };
    },
  });
}

function noticesOf(record: BusRecord<NoticedTopic>, changes: VerdictChanges | undefined): Notice[] {
  if (record.topic === 'drift.verdicts' && !changes?.isChange(record.value)) return [];
  const notice = noticeOf(record);
  return notice === undefined ? [] : [notice];
}

async function changesBefore(
  bus: IntakeParts['bus'],
  partition: number,
  committed: number,
): Promise<VerdictChanges> {
  const before: BusRecord<'drift.verdicts'>['value'][] = [];
  const from = Math.max(0, committed - LOOK_BACK);
  if (committed > 0)
    for await (const records of bus.slice('drift.verdicts', { by: 'offset', partition, from, to: committed }))
      for (const { value } of records) before.push(value);
  return createVerdictChanges(before);
}
