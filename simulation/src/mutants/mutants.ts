import type { BusRecord } from '@driftloop/bus';
import type { TopicName } from '@driftloop/schemas';
import type { Mutation } from '../world/world.ts';
import { withoutWatches } from './without-watches.ts';
import { type AnyOutgoing, type Send, withBatch, withConsume, withRecords, withSend } from './wrap.ts';

/** A planted bug. */
export interface Mutant {
  /** What is wrong. */
  readonly says: string;
  readonly mutation: Mutation;
}

const INPUTS: readonly TopicName[] = ['inference.requests', 'inference.predictions', 'inference.labels'];
const FOLDED: readonly TopicName[] = ['drift.sketches', 'drift.signals'];
const CHECKPOINTS = 'service.checkpoints';
const DRIFT = /-drift$/;

/** Bugs that a service could have; each is found by some seed. */
export const MUTANTS: Readonly<Record<string, Mutant>> = {
  'output-not-awaited': {
    says: 'what is written is not waited for before the commit',
    mutation: ({ bus }) => ({
      bus: withSend(bus, (send) => async (topic, records) => {
        send(topic, records).catch(() => undefined);
      }),
    }),
  },
  'commit-before-output': {
    says: 'outputs are written seconds after the commit',
    mutation: ({ bus, clock }) => ({
      bus: withSend(bus, (send) => async (topic, records) => {
        if (topic === CHECKPOINTS) return send(topic, records);
        void clock.sleep(3_000).then(() => send(topic, records).catch(() => undefined));
      }),
    }),
  },
  'checkpoint-before-output': {
    says: 'a checkpoint is written before the outputs that it has seen',
    mutation: ({ bus }) => ({ bus: withSend(bus, checkpointFirst) }),
  },
  'chunk-committed-early': {
    says: 'the rows of an unfinished chunk are committed',
    mutation: ({ bus }, service) => ({
      bus: DRIFT.test(service)
        ? withBatch(bus, INPUTS, async (batch, handle) => {
            const outcome = await handle(batch);
            return outcome.commit === undefined ? outcome : { ...outcome, commit: batch.lastOffset + 1 };
          })
        : bus,
    }),
  },
  'checkpoint-skipped': {
    says: 'every other checkpoint is left out, and a restart begins at the commit',
    mutation: ({ bus }) => {
      let count = 0;
      const skipping = withSend(bus, (send) => async (topic, records) => {
        if (topic !== CHECKPOINTS || count++ % 2 === 0) await send(topic, records);
      });
      return { bus: atCommit(skipping) };
    },
  },
  'checkpoint-of-another': {
    says: 'partitions share one checkpoint',
    mutation: ({ bus }) => {
      const shared = withSend(
        bus,
        (send) => (topic, records) =>
          send(
            topic,
            topic === CHECKPOINTS
              ? records.map((record) => ({ ...record, key: sharedKey(record.key) }))
              : records,
          ),
      );
      const slice = async function* (topic: TopicName, range: Parameters<typeof bus.slice>[1]) {
        for await (const records of bus.slice(topic, range)) {
          yield topic === CHECKPOINTS
            ? records.flatMap((record) =>
                [0, 1, 2, 3].map((partition) => ({
                  ...record,
                  key: record.key.replace(/\d+$/, String(partition)),
                })),
              )
            : records;
        }
      };
      return { bus: { ...shared, slice: slice as typeof bus.slice } };
    },
  },
  'row-watch-not-saved': {
    says: 'a checkpoint lacks what the row watch has seen',
    mutation: ({ bus }, service) => ({
      bus:
        service === 'ensemble'
          ? withSend(
              bus,
              (send) => (topic, records) =>
                send(topic, topic === CHECKPOINTS ? records.map(withoutWatches) : records),
            )
          : bus,
    }),
  },
  'restore-skips-one': {
    says: 'a restored state goes on one record too late',
    mutation: ({ bus }) => ({
      bus: withConsume(bus, (options) => ({
        ...options,
        async onAssigned(topic, partition, committed, topicId) {
          const start = await options.onAssigned?.(topic, partition, committed, topicId);
          return typeof start === 'object' && start.seek > 0 ? { seek: start.seek + 1 } : start;
        },
      })),
    }),
  },
  'resume-skips-one': {
    says: 'inference goes on one request too late',
    mutation: ({ bus }) => ({
      bus: withConsume(bus, (options) => ({
        ...options,
        async onAssigned(topic, partition, committed, topicId) {
          const start = await options.onAssigned?.(topic, partition, committed, topicId);
          return typeof start === 'number' ? start + 1 : start;
        },
      })),
    }),
  },
  'write-failure-ignored': {
    says: 'a write that fails counts as done',
    mutation: ({ bus }) => ({
      bus: withSend(bus, (send) => (topic, records) => send(topic, records).catch(() => undefined)),
    }),
  },
  'batch-failure-ignored': {
    says: 'a batch that fails counts as handled',
    mutation: ({ bus }) => ({
      bus: withBatch(bus, [...INPUTS, ...FOLDED], (batch, handle) =>
        handle(batch).catch(() => ({ commit: batch.lastOffset + 1 })),
      ),
    }),
  },
  'last-record-lost': {
    says: 'of many records the last one is not written',
    mutation: ({ bus }) => ({
      bus: withSend(
        bus,
        (send) => (topic, records) => send(topic, records.length > 3 ? records.slice(0, -1) : records),
      ),
    }),
  },
  'dedupe-forgotten': {
    says: 'answers that are written twice count twice',
    mutation: ({ bus }, service) => ({
      bus:
        service === 'prediction-drift'
          ? withRecords(bus, ['inference.predictions'], (records) => records.map(asNew))
          : bus,
    }),
  },
  'answers-out-of-order': {
    says: 'the answers of a batch are written in the wrong order',
    mutation: ({ bus }) => ({
      bus: withSend(
        bus,
        (send) => (topic, records) =>
          send(topic, topic === 'inference.predictions' ? [...records].reverse() : records),
      ),
    }),
  },
  'batch-read-backwards': {
    says: 'of labels that contradict each other the last one in a batch counts',
    mutation: ({ bus }) => ({
      bus: withRecords(bus, ['inference.labels'], (records) => [...records].reverse()),
    }),
  },
  'shed-load': {
    says: 'of a large batch only the newest records are handled',
    mutation: ({ bus }) => ({ bus: withRecords(bus, INPUTS, (records) => records.slice(-40)) }),
  },
  'ingest-not-awaited': {
    says: 'labels do not wait until ClickHouse has their answers',
    mutation: ({ warehouse }) => ({
      warehouse: overlaid(warehouse, { waitForIngest: async () => undefined }),
    }),
  },
  'early-label-refused': {
    says: 'a label that is ahead of its answer is refused',
    mutation: ({ bus }) => ({
      bus: {
        ...bus,
        offsetsAt: async (topic) =>
          (await bus.offsets(topic)).map(({ partition, low }) => ({ partition, offset: low })),
      },
    }),
  },
  'first-use-counts': {
    says: 'of requests with one id a label is about the first that ClickHouse knows',
    mutation: ({ warehouse }) => ({
      warehouse: overlaid(warehouse, {
        predictionsFor: (model, labels) =>
          warehouse.predictionsFor(
            model,
            labels.map((label) => ({ ...label, timestamp: -1 })),
          ),
      }),
    }),
  },
  'rival-counts-as-answer': {
    says: 'a label is joined to what a shadow answered',
    mutation: ({ warehouse }) => ({
      warehouse: overlaid(warehouse, {
        async predictionsFor(model, labels) {
          const rows = await warehouse.predictionsFor(model, labels);
          return rows.map((row) => row && { ...row, ...row.rivals[0] });
        },
      }),
    }),
  },
  'dead-letters-forgotten': {
    says: 'what is refused is committed and not kept',
    mutation: ({ bus }) => ({
      bus: withBatch(bus, INPUTS, async (batch, handle) => {
        const { deadLetters: _, ...rest } = await handle(batch);
        return rest;
      }),
    }),
  },
  'partitions-not-awaited': {
    says: 'a window closes without having heard of the other partitions',
    mutation: ({ bus }, service) => ({
      bus: DRIFT.test(service) ? { ...bus, partitions: async () => 1 } : bus,
    }),
  },
  'sketches-not-read-again': {
    says: 'sketches that there was no room for are forgotten',
    mutation: ({ bus }) => ({
      bus: {
        ...bus,
        slice: (topic, range) => (topic === 'drift.sketches' ? nothing() : bus.slice(topic, range)),
      },
    }),
  },
  'read-time-for-log-time': {
    says: 'records count as of when they are read',
    mutation: ({ bus, clock }, service) => ({
      bus: DRIFT.test(service)
        ? withRecords(bus, [...INPUTS, ...FOLDED], (records) =>
            records.map((record) => ({ ...record, timestamp: clock.now() })),
          )
        : bus,
    }),
  },
};

/** Outputs wait for the next checkpoint, and are written after it. */
function checkpointFirst(send: Send): Send {
  let held: [TopicName, AnyOutgoing][] = [];
  return async (topic, records) => {
    if (topic !== CHECKPOINTS && topic.startsWith('drift.si')) {
      held.push([topic, records]);
      return;
    }
    await send(topic, records);
    if (topic !== CHECKPOINTS) return;
    const outputs = held;
    held = [];
    for (const [to, late] of outputs) await send(to, late);
  };
}

/** Consumers of a checkpointed topic begin at the commit, whatever the checkpoint says. */
function atCommit(bus: Parameters<Mutation>[0]['bus']) {
  return withConsume(bus, (options) => ({
    ...options,
    async onAssigned(topic, partition, committed, topicId) {
      const start = await options.onAssigned?.(topic, partition, committed, topicId);
      return typeof start === 'object' ? { seek: committed } : start;
    },
  }));
}

async function* nothing() {}

function sharedKey(key: string): string {
  return key.replace(/\d+$/, '0');
}

/** An answer that no reader takes for a repeated one. */
function asNew(record: BusRecord): BusRecord {
  if (record.topic !== 'inference.predictions') return record;
  return { ...record, value: { ...record.value, requestOffset: record.offset } };
}

function overlaid<T extends object>(target: T, changes: Partial<T>): T {
  return new Proxy(target, {
    get: (from, name) => (name in changes ? Reflect.get(changes, name) : Reflect.get(from, name)),
  });
}
